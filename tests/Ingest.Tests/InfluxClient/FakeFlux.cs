using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Plantroom.Ingest.Tests.Influx;
using Plantroom.TestKit.Fakes;

namespace Plantroom.Ingest.Tests.InfluxClient;

/// <summary>
/// Stands in for an InfluxDB 2.x: takes lines, and answers the questions that the history asks, and no others, as annotated CSV. Whether they
/// are Flux is for its own checker to say, see FluxQueriesTests.
/// </summary>
internal sealed partial class FakeFlux(FakeInflux server)
{
    private readonly FakeHistory stored = new();
    private readonly Dictionary<(string Site, string Equipment, string Field), (PointId Point, bool IsQuality)> fields = [];
    private readonly LineProtocolReader reader = new();
    private readonly Lock gate = new();

    /// <summary>The scripts that were asked.</summary>
    public List<string> Scripts { get; } = [];

    public void Serve() => server.Answer = async (asked, answer) =>
    {
        if (asked.Line.Contains("/api/v2/write", StringComparison.Ordinal))
        {
            Take(Encoding.UTF8.GetBytes(asked.Body));
            answer.StatusCode = 204;
            return;
        }

        var script = JsonNode.Parse(asked.Body)!["query"]!.GetValue<string>();
        answer.ContentType = "text/csv";
        await FakeInflux.Say(answer, 200, Ask(script));
    };

    private static string Csv(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Time(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    private static string Value(Reading reading, bool isQuality) =>
        isQuality ? Csv(Words(reading.Quality)) : reading.Value.ToString("R", CultureInfo.InvariantCulture);

    private static string Words(Quality quality)
    {
        var level = quality.Level.ToString().ToLowerInvariant();
        var reason = quality.Reason.ToString();
        return quality.Reason is QualityReason.None ? level : $"{level} {char.ToLowerInvariant(reason[0])}{reason[1..]}";
    }

    /// <summary>The inverse of the escapes that a text of Flux has here.</summary>
    private static string Unquote(string quoted) => Escapes().Replace(quoted, static m => m.Value switch
    {
        "\\x24" => "$",
        "\\n" => "\n",
        "\\r" => "\r",
        "\\t" => "\t",
        _ => m.Value[1..],
    });

    private void Take(byte[] lines)
    {
        lock (gate)
        {
            List<Reading> readings = [];
            List<LineFault> faults = [];
            Assert.Equal(0, reader.Read(lines, readings, faults));
            stored.Add(readings);
            foreach (var point in readings.Select(static r => r.Point).Distinct())
            {
                var (site, equipment) = (LineNames.Tag(point.Site), LineNames.Tag(point.Equipment.Equipment));
                fields[(site, equipment, LineNames.Field(point))] = (point, false);
                fields[(site, equipment, LineNames.QualityField(point))] = (point, true);
            }
        }
    }

    private string Ask(string script)
    {
        lock (gate)
        {
            Scripts.Add(script);
            var range = Times().Match(script);
            var between = new TimeRange(Moment(range.Groups[1]), Moment(range.Groups[2]));
            var site = Unquote(Sites().Match(script).Groups[1].Value);
            var wanted = Equipments().Matches(script).SelectMany(
                e => Fields().Matches(e.Groups["fields"].Value),
                (e, f) => (Equipment: Unquote(e.Groups["name"].Value), Field: Unquote(f.Groups[1].Value)));
            var found = wanted.Where(w => fields.ContainsKey((site, w.Equipment, w.Field)))
                .Select(w => (w.Equipment, w.Field, Is: fields[(site, w.Equipment, w.Field)]));
            var newest = script.Contains("last()", StringComparison.Ordinal);
            return string.Concat(found.Select((f, table) => Table(table, f.Equipment, f.Field, f.Is, between, newest)));
        }
    }

    private string Table(int table, string equipment, string field, (PointId Point, bool IsQuality) of, TimeRange range, bool newest)
    {
        var readings = stored.RawAsync(of.Point, range).AsTask().GetAwaiter().GetResult().Where(r => !of.IsQuality || r.Quality != default).ToList();
        if (newest) readings = [.. readings.TakeLast(1)];
        if (readings.Count == 0) return "";
        var (names, types, groups, fixedPart) = newest
            ? (",equipment,_field", ",string,string", ",true,true", $",{Csv(equipment)},{Csv(field)}") : ("", "", "", "");
        var head = $"""
            #datatype,string,long{types},dateTime:RFC3339,{(of.IsQuality ? "string" : "double")}
            #group,false,false{groups},false,false
            #default,_result,{(newest ? ",," : "")},,
            ,result,table{names},_time,_value

            """;
        var rows = readings.Select(r => $",,{table}{fixedPart},{Time(r.Time)},{Value(r, of.IsQuality)}\n");
        return (head + string.Concat(rows) + "\n").ReplaceLineEndings("\r\n");
    }

    private static DateTime Moment(Group group) =>
        DateTime.Parse(group.ValueSpan, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal);

    [GeneratedRegex(@"range\(start: (\S+), stop: (\S+)\)")]
    private static partial Regex Times();

    [GeneratedRegex("""r\.site == "((?:[^"\\]|\\.)*)" """)]
    private static partial Regex Sites();

    [GeneratedRegex("""r\.equipment == "(?<name>(?:[^"\\]|\\.)*)" and (?<fields>\(?r\._field == "(?:[^"\\]|\\.)*"(?: or r\._field == "(?:[^"\\]|\\.)*")*)""")]
    private static partial Regex Equipments();

    [GeneratedRegex("""r\._field == "((?:[^"\\]|\\.)*)"?""")]
    private static partial Regex Fields();

    [GeneratedRegex(@"\\x24|\\.")]
    private static partial Regex Escapes();
}
