using System.Buffers;
using System.Text;
using Plantroom.TestKit.Fakes;

namespace Plantroom.Core.Tests;

public sealed class LineProtocolWriterTests
{
    private static readonly DateTime Time = new(2026, 6, 1, 8, 0, 0, 250, DateTimeKind.Utc);

    [Theory]
    [InlineData("hq/SP-1/level", "equipment,equipment=SP-1,site=hq level=1.5 ")]
    [InlineData("a,b/c=d/e,f=g", @"equipment,equipment=c\=d,site=a\,b e\,f\=g=1.5 ")]
    [InlineData(@"a\b/c\/d\", @"equipment,equipment=c\/,site=a\b d\/=1.5 ")]
    [InlineData("\"a\"/水泵/压力", "equipment,equipment=水泵,site=\"a\" 压力=1.5 ")]
    [InlineData(@"a\,b/c\=d/\,e", @"equipment,equipment=c\/\=d,site=a\/\,b \/\,e=1.5 ")]
    [InlineData("hq/SP-1/time", "equipment,equipment=SP-1,site=hq time/=1.5 ")]
    public void Write_OddNames_AreEscaped(string point, string expected) =>
        Assert.Equal(expected + "1780300800250000000\n", Text(new(), new Reading(PointId.Intern(point), Time, 1.5)));

    [Theory]
    [InlineData("sump", "B1", "sump,building=B1,")]
    [InlineData("a,b", "c,d", @"a\,b,building=c\,d,")]
    [InlineData("a=b", "c=d", @"a=b,building=c\=d,")]
    [InlineData("a\"b", "c\"d", "a\"b,building=c\"d,")]
    [InlineData(@"a\b", @"c\d", @"a\b,building=c\d,")]
    [InlineData(@"a\,b=", @"c\=d", @"a\/\,b=,building=c\/\=d,")]
    [InlineData(@"a\", @"b\", @"a\/,building=b\/,")]
    [InlineData("水泵", "楼", "水泵,building=楼,")]
    [InlineData("two words", "B 1", "equipment,")]
    [InlineData("#comment", "", "equipment,")]
    public void Write_OddClassAndBuilding_AreEscapedOrLeftOut(string kind, string building, string expected)
    {
        var writer = new LineProtocolWriter(new FakeFacilitySource(new([], [Sump(building) with { Class = kind }])));
        Assert.StartsWith($"{expected}equipment=SP-1,site=hq level=1 ", Text(writer, new Reading(PointId.Intern("hq/SP-1/level"), Time, 1)));
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(-0.0, "-0")]
    [InlineData(14.2, "14.2")]
    [InlineData(-0.05, "-0.05")]
    [InlineData(1000000, "1000000")]
    [InlineData(0.000001, "0.000001")]
    [InlineData(1e-7, "1E-07")]
    [InlineData(1.7976931348623157E+308, "1.7976931348623157E+308")]
    [InlineData(0.30000000000000004, "0.30000000000000004")]
    public void Write_Values_AreReadableAndExact(double value, string expected) =>
        Assert.Contains($" level={expected} ", Text(new(), new Reading(PointId.Intern("hq/SP-1/level"), Time, value)), StringComparison.Ordinal);

    [Theory]
    [InlineData(0x42, "uncertain clockSkew")]
    [InlineData(0x81, "bad outOfRange")]
    [InlineData(0x80, "bad")]
    [InlineData(0x01, "good outOfRange")]
    [InlineData(0xFF, "3 63")]
    public void Write_QualityThatIsNotGood_IsAFieldOfItsOwn(byte stored, string words) =>
        Assert.Contains(
            $" level=1,level/quality=\"{words}\" ",
            Text(new(), new Reading(PointId.Intern("hq/SP-1/level"), Time, 1, Quality.FromByte(stored))),
            StringComparison.Ordinal);

    [Fact]
    public void Write_WithCorrections_SaysGoodWhereAnotherQualityMayBeReplaced()
    {
        var (writer, point) = (new LineProtocolWriter(corrections: true), PointId.Intern("hq/SP-1/corrected"));
        bool SaysGood(int second) =>
            Text(writer, new Reading(point, Time.AddSeconds(second), 1)).Contains("corrected/quality=\"good\"", StringComparison.Ordinal);
        Assert.Equal([true, false, false, true, true, false], new[] { 0, 1, 5, 5, 3, 6 }.Select(SaysGood));
        Assert.DoesNotContain("quality", Text(new(), new Reading(point, Time, 1)), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_ValuesThatLineProtocolCannotSay_Throws()
    {
        var point = PointId.Intern("hq/SP-1/level");
        Assert.Throws<ArgumentOutOfRangeException>(() => Text(new(), new Reading(point, Time, double.NaN)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Text(new(), new Reading(point, Time, double.NegativeInfinity)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Text(new(), new Reading(point, DateTime.MaxValue, 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Text(new(), new Reading(point, DateTime.MinValue, 1)));
    }

    [Fact]
    public void Write_Nothing_IsEmpty() => Assert.Equal("", Text(new()));

    internal static Equipment Sump(string building) => new()
    {
        Id = new("hq", "SP-1"), Name = LocalizedText.Same("sump"), Class = "sump", System = BuildingSystem.Drainage, Building = building, Points = [],
    };

    internal static string Text(LineProtocolWriter writer, params Reading[] readings)
    {
        var output = new ArrayBufferWriter<byte>();
        writer.Write(readings, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
