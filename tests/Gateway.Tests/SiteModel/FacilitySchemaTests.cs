using System.Text.Json;
using Plantroom.Yaml;

namespace Plantroom.Gateway.Tests;

/// <summary>The JSON Schema and the reader know the same keys and the same words.</summary>
public sealed class FacilitySchemaTests
{
    /// <summary>A key that nobody knows in each mapping of the format: the reader answers with those that it knows.</summary>
    private const string UnknownEverywhere = """
        zzz: 0
        classes:
          pump:
            zzz: 0
            system: fire
            points:
              p: { zzz: 0, name: { zzz: 0, zh: x, en: x }, kind: switch }
        sites:
          - zzz: 0
            id: hq
            name: HQ
            timeZone: UTC
            buildings: [{ zzz: 0, id: tower, name: Tower }]
            equipment:
              - zzz: 0
                id: P-1
                class: pump
                building: tower
                name: P
                maintenance: { zzz: 0, interval: 1d, task: T }
        """;

    private static readonly JsonElement Schema = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(Repository.Root, "docs", "formats", "facility.schema.json"))).RootElement;

    [Theory]
    [InlineData(1, "")]
    [InlineData(4, "class")]
    [InlineData(9, "site")]
    [InlineData(13, "building")]
    [InlineData(15, "equipment")]
    [InlineData(20, "maintenance")]
    public void Properties_OfEachMapping_AreTheKeysThatTheReaderKnows(int line, string definition)
    {
        var known = KnownKeys().Single(k => k.Line == line).Keys;

        Assert.Equal(known.Order(), Properties(definition).Order());
    }

    [Fact]
    public void Properties_OfPointsAndTexts_AreTheKeysThatTheReaderKnows()
    {
        var known = KnownKeys().Where(static k => k.Line == 7).Select(static k => string.Join(' ', k.Keys.Order())).Order();

        var text = Schema.GetProperty("$defs").GetProperty("text").GetProperty("oneOf")[1].GetProperty("properties");
        string[] expected = [string.Join(' ', Names(text).Order()), string.Join(' ', Properties("point").Order())];
        Assert.Equal(expected.Order(), known);
    }

    [Fact]
    public void Words_OfSystemsAndKinds_AreThoseThatTheReaderKnows()
    {
        Assert.Equal(Enum.GetValues<BuildingSystem>().Select(ClassReader.NameOf).Order(), Words("class", "system").Order());
        Assert.Equal(Enum.GetValues<PointKind>().Select(PointReader.NameOf).Order(), Words("point", "kind").Order());
    }

    private static IEnumerable<(int Line, string[] Keys)> KnownKeys()
    {
        const string Marker = "zzz is not known here; known are ";
        return FacilityFile.Read(YamlFile.Parse("f.yaml", UnknownEverywhere)).Problems
            .Where(static p => p.Message.StartsWith(Marker, StringComparison.Ordinal))
            .Select(static p => (p.Line, p.Message[Marker.Length..].Split(", ")));
    }

    private static IEnumerable<string> Properties(string definition) =>
        Names((definition.Length == 0 ? Schema : Schema.GetProperty("$defs").GetProperty(definition)).GetProperty("properties"));

    private static IEnumerable<string> Names(JsonElement properties) => properties.EnumerateObject().Select(static p => p.Name);

    private static IEnumerable<string?> Words(string definition, string key) => Schema.GetProperty("$defs").GetProperty(definition)
        .GetProperty("properties").GetProperty(key).GetProperty("enum").EnumerateArray().Select(static w => w.GetString());
}
