using System.Text.Json;

namespace Plantroom.Ingest.Tests.Http;

/// <summary>Several points, functions, time zones and samples.</summary>
public sealed class HistorySeriesTests
{
    private const string Day = "from=2026-06-01T00:00:00Z&to=2026-06-02T00:00:00Z";

    [Fact]
    public async Task Series_SeveralPoints_AreInTheOrderOfTheQuestion()
    {
        await using var host = await IngestHost.StartAsync();
        var (a, b, silent) = (PointId.Intern("api-series/T-1/a"), PointId.Intern("api-series/T-1/b"), PointId.Intern("api-series/T-1/silent"));
        await host.PublishAsync(Store.At(a, 0, 1), Store.At(a, 1, 2), Store.At(b, 0, 3));

        var text = await host.TextAsync($"/api/v1/history?point={b}&point={silent}&point={a}&point={b}&{Day}&every=1h&fn=max");

        Assert.Equal(
            """
            {"from":"2026-06-01T00:00:00Z","to":"2026-06-02T00:00:00Z","every":"1h","series":[{"point":"api-series/T-1/b","windows":[{"start":"2026-06-01T08:00:00Z","count":1,"max":3}]},{"point":"api-series/T-1/silent","windows":[]},{"point":"api-series/T-1/a","windows":[{"start":"2026-06-01T08:00:00Z","count":2,"max":2}]}]}
            """,
            text);
    }

    [Fact]
    public async Task Series_OnePointInPoints_IsASeriesToo()
    {
        await using var host = await IngestHost.StartAsync();
        var point = PointId.Intern("api-series-one/T-1/a");
        await host.PublishAsync(Store.At(point, 0, 1));
        var answer = await host.GetAsync($"/api/v1/history?points={point}&{Day}");
        var series = Assert.Single(answer.GetProperty("series").EnumerateArray());
        Assert.Equal(1, series.GetProperty("readings").GetArrayLength());
    }

    [Fact]
    public async Task Series_UnknownPoints_AreNamedTogether()
    {
        await using var host = await IngestHost.StartAsync();
        PointId.Intern("api-known/T-1/a");
        var problem = await host.GetAsync($"/api/v1/history?points=api-known/T-1/a,api-no/T-1/a,api-no/T-1/b&{Day}", 404);
        Assert.Equal("There is no point 'api-no/T-1/a', 'api-no/T-1/b'.", problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Functions_All_AreWhatTheWindowTells()
    {
        await using var host = await IngestHost.StartAsync();
        var point = PointId.Intern("api-functions/T-1/a");
        await host.PublishAsync(Store.At(point, 0, 1), Store.At(point, 15 * 60, 3), Store.At(point, 45 * 60, 2));
        const string Hour = "from=2026-06-01T08:00:00Z&to=2026-06-01T10:00:00Z&every=1h";

        var windows = (await host.GetAsync(
            $"/api/v1/history?point={point}&{Hour}&fn=duration,increase,twa,last,first,count,sum,max,min,mean&state=3")).GetProperty("windows");

        Assert.Equal(
            """{"start":"2026-06-01T08:00:00Z","count":3,"mean":2,"min":1,"max":3,"sum":6,"first":1,"last":2,"twa":2.25,"increase":4,"duration":1800}""",
            windows[0].GetRawText());
        Assert.Equal("""{"start":"2026-06-01T09:00:00Z","count":0,"twa":2,"increase":0,"duration":0}""", windows[1].GetRawText());
    }

    [Fact]
    public async Task Functions_CountAlone_TellsHowMany()
    {
        await using var host = await IngestHost.StartAsync();
        var point = PointId.Intern("api-count/T-1/a");
        await host.PublishAsync(Store.At(point, 0, 1));
        var answer = await host.GetAsync($"/api/v1/history?point={point}&{Day}&every=1h&fn=count");
        Assert.Equal("""[{"start":"2026-06-01T08:00:00Z","count":1}]""", answer.GetProperty("windows").GetRawText());
    }

    [Theory]
    [InlineData("&tz=Asia/Shanghai", "2026-05-31T16:00:00Z")]
    [InlineData("&tz=Europe/Berlin", "2026-05-31T22:00:00Z")]
    [InlineData("&tz=site", "2026-06-01T04:00:00Z")]
    [InlineData("", "2026-06-01T00:00:00Z")]
    public async Task TimeZone_OfDays_MovesTheirStart(string parameter, string start)
    {
        await using var host = await IngestHost.StartAsync();
        var point = PointId.Intern("api-zone/T-1/a");
        host.Facility.Change(Model.Of(TimeZoneInfo.FindSystemTimeZoneById("America/New_York"), point));
        await host.PublishAsync(Store.At(point, 0, 1));
        var answer = await host.GetAsync($"/api/v1/history?point={point}&from=2026-06-01T07:00:00Z&to=2026-06-01T09:00:00Z&every=1d{parameter}");
        Assert.Equal(start, answer.GetProperty("windows")[0].GetProperty("start").GetString());
    }

    [Fact]
    public async Task TimeZone_OfSitesInDifferentZones_IsThatOfEachPoint()
    {
        await using var host = await IngestHost.StartAsync();
        var (here, elsewhere) = (PointId.Intern("api-zone-here/T-1/a"), PointId.Intern("api-zone-elsewhere/T-1/a"));
        host.Facility.Change(Model.Of(TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"), here));
        await host.PublishAsync(Store.At(here, 0, 1), Store.At(elsewhere, 0, 1));
        var answer = await host.GetAsync($"/api/v1/history?points={here},{elsewhere}&{Day}&every=1d&tz=site");
        Assert.Equal(
            ["2026-05-31T16:00:00Z", "2026-06-01T00:00:00Z"],
            answer.GetProperty("series").EnumerateArray().Select(static s => s.GetProperty("windows")[0].GetProperty("start").GetString()));
    }

    [Fact]
    public async Task Samples_OfManyReadings_KeepTheExtremes()
    {
        await using var host = await IngestHost.StartAsync();
        var point = PointId.Intern("api-samples/T-1/a");
        await host.PublishAsync([.. Enumerable.Range(0, 1000).Select(i => Store.At(point, i, i == 500 ? 99 : i % 10))]);
        var samples = (await host.GetAsync($"/api/v1/history?point={point}&{Day}&samples=20")).GetProperty("samples");
        Assert.InRange(samples.GetArrayLength(), 2, 20);
        Assert.Contains(samples.EnumerateArray(), static s => s.GetProperty("value").GetDouble() == 99);
    }

    [Fact]
    public async Task Limit_OfReadingsAndWindows_AnswersTheFirstOfEachPoint()
    {
        await using var host = await IngestHost.StartAsync(("Ingest:AnswerLimit", "100"));
        var (a, b) = (PointId.Intern("api-limit/T-1/a"), PointId.Intern("api-limit/T-1/b"));
        await host.PublishAsync([.. Enumerable.Range(0, 200).Select(i => Store.At(a, i, i)), Store.At(b, 7, 1)]);

        var readings = await host.GetAsync($"/api/v1/history?points={a},{b}&{Day}&limit=2");
        var windows = await host.GetAsync($"/api/v1/history?points={a},{b}&{Day}&every=1s&limit=2");

        Assert.Equal(["08:00:00", "08:00:01", "08:00:07"], Times(readings, "readings", "time"));
        Assert.Equal(["08:00:00", "08:00:01", "08:00:07"], Times(windows, "windows", "start"));
    }

    [Fact]
    public async Task Range_ToldFromNow_IsThatOfTheClock()
    {
        await using var host = await IngestHost.StartAsync();
        PointId.Intern("api-now/T-1/a");
        var answer = await host.GetAsync("/api/v1/history?point=api-now/T-1/a&from=-1mo&to=now");
        Assert.Equal(("2026-05-01T08:00:00Z", "2026-06-01T08:00:00Z"), (answer.GetProperty("from").GetString(), answer.GetProperty("to").GetString()));
    }

    private static string[] Times(JsonElement answer, string rows, string time) =>
        [.. answer.GetProperty("series").EnumerateArray().SelectMany(s => s.GetProperty(rows).EnumerateArray()).Select(r => r.GetProperty(time).GetString()![11..19])];
}
