using Plantroom.Ingest.Influx.Flux;

namespace Plantroom.Ingest.Tests.Influx.Flux;

public sealed class FluxQueriesTests
{
    private static readonly TimeRange Day = new(Store.Start, Store.Start.AddDays(1));

    /// <summary>Names that would end a text, or begin an expression in it, if they were not escaped.</summary>
    public static TheoryData<string> Names { get; } =
    [
        "plain", "a\"b", "a\\", "a\\\"b", "a${1}", "a$b", "$", "a{b}", "泵-1", "a'b", "a=b,c", "\")|>drop(", "\\${r.x}", "time",
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task EveryQuestion_OddNames_ParsesAndTypeChecks(string name)
    {
        var queries = new FluxQueries("bucket/" + name);
        var point = PointId.Intern($"{name}/{name}/{name}");
        var scripts = new[]
        {
            queries.Values(point, Day), queries.Qualities(point, Day), queries.Newest(point.Site, [point, PointId.Intern($"{name}/other/{name}")]),
        };
        Assert.All(await FluxChecker.CheckAsync(scripts), Assert.True);
    }

    [Fact]
    public async Task EveryQuestion_TimesInfluxDbDoesNotKnow_ParsesWithTheNearestThatItDoes()
    {
        var script = new FluxQueries("b").Values(PointId.Intern("s/e/p"), new(DateTime.MinValue, DateTime.MaxValue));
        Assert.Contains("start: 1677-09-21T00:12:44", script, StringComparison.Ordinal);
        Assert.Contains("stop: 2262-04-11T23:47:15", script, StringComparison.Ordinal);
        Assert.True(Assert.Single(await FluxChecker.CheckAsync(script)));
    }

    [Fact]
    public async Task Checker_WrongScripts_AreFound()
    {
        var good = new FluxQueries("b").Values(PointId.Intern("s/e/p"), Day);
        var found = await FluxChecker.CheckAsync(
            good, good.Replace("range(", "rang(", StringComparison.Ordinal), good[..^1], good.Replace("\"b\"", "1", StringComparison.Ordinal));
        Assert.Equal([true, false, false, false], found.ToList());
    }

    [Fact]
    public void Quote_BeginningOfAnExpression_StandsForItself() =>
        Assert.Equal("\"a\\x24{b} \\\\ \\\" \\n\"", FluxText.Quote("a${b} \\ \" \n"));

    [Fact]
    public void Values_Question_NamesSeriesAndRange()
    {
        var script = new FluxQueries("plantroom").Values(PointId.Intern("hq/SP-1/level"), Day);
        Assert.Equal(
            """
            from(bucket: "plantroom")
                |> range(start: 2026-06-01T08:00:00.0000000Z, stop: 2026-06-02T08:00:00.0000000Z)
                |> filter(fn: (r) => r.site == "hq" and r.equipment == "SP-1" and r._field == "level")
                |> keep(columns: ["_time", "_value"])
                |> group()
                |> sort(columns: ["_time"])
            """,
            script,
            ignoreLineEndingDifferences: true);
    }
}
