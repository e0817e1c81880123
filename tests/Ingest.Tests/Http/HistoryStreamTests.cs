using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Plantroom.Ingest.Http;
using Plantroom.TestKit;
using Plantroom.TestKit.Fakes;

namespace Plantroom.Ingest.Tests.Http;

/// <summary>Answers that are sent while they are read: large ones, slow ones, and stores that are away.</summary>
public sealed class HistoryStreamTests
{
    private const string Year = "from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("&every=1h")]
    [InlineData("&samples=100")]
    [InlineData("&format=csv")]
    public async Task StoreAway_BeforeTheFirstRow_IsToldWithAProblem(string parameters)
    {
        await using var host = await IngestHost.StartAsync(new FakeHistory { Failure = new HttpRequestException("no route to host influx.example") });
        PointId.Intern("away/T-1/a");
        var problem = await host.GetAsync($"/api/v1/history?point=away/T-1/a&{Year}{parameters}", 503);
        Assert.DoesNotContain("influx", problem.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("&format=csv")]
    [InlineData("&limit=2000000")]
    public async Task StoreAway_InTheMiddle_BreaksTheConnectionOff(string parameters)
    {
        await using var host = await IngestHost.StartAsync(new EndlessHistory(new IOException("gone"), 200_000), ("Ingest:AnswerLimit", "2000000"));
        PointId.Intern("gone/T-1/a");
        await Assert.ThrowsAsync<HttpRequestException>(() => host.TextAsync($"/api/v1/history?point=gone/T-1/a&{Year}{parameters}"));
    }

    [Fact]
    public async Task Csv_MoreRowsThanMayBeSent_BreaksTheConnectionOff()
    {
        await using var host = await IngestHost.StartAsync(new EndlessHistory(null, 50_001), ("Ingest:StreamLimit", "50000"));
        PointId.Intern("long/T-1/a");
        await Assert.ThrowsAsync<HttpRequestException>(() => host.TextAsync($"/api/v1/history?point=long/T-1/a&{Year}&format=csv"));
        var whole = await host.TextAsync($"/api/v1/history?point=long/T-1/a&{Year}&format=csv&limit=50000");
        Assert.Equal(50_001, whole.Count(static c => c == '\n'));
    }

    [Fact]
    public async Task Json_ManyReadings_AreAllThereAndWellFormed()
    {
        await using var host = await IngestHost.StartAsync(new EndlessHistory(null, 300_000), ("Ingest:AnswerLimit", "1000000"));
        PointId.Intern("many/T-1/a");
        var answer = JsonSerializer.Deserialize(
            await host.TextAsync($"/api/v1/history?points=many/T-1/a&{Year}"), IngestJson.Answers.HistoryAnswer);
        var readings = Assert.Single(answer!.Series!).Readings!;
        Assert.Equal(300_000, readings.Count);
        Assert.Equal(EndlessHistory.At(299_999).Value, readings[^1].Value);
        Assert.Equal(EndlessHistory.At(299_999).Time, readings[^1].Time);
    }

    [Fact]
    public async Task Client_Leaves_TheStoreIsNotAskedAnyMore()
    {
        var store = new EndlessHistory(null, int.MaxValue);
        await using var host = await IngestHost.StartAsync(store, ("Ingest:StreamLimit", "2000000000"));
        PointId.Intern("left/T-1/a");
        using (var answer = await host.Http.GetAsync(
            new Uri($"/api/v1/history?point=left/T-1/a&{Year}&format=csv", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Cancel))
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            await using var body = await answer.Content.ReadAsStreamAsync(Cancel);
            await body.ReadExactlyAsync(new byte[1_000_000], Cancel);
        }

        await Eventually.True(() => store.Ended, "the end of the question", Cancel);
    }

    [Fact]
    public async Task Windows_InPieces_AreThoseOfOneQuestion()
    {
        await using var host = await IngestHost.StartAsync(("Ingest:AnswerLimit", "1000000"));
        var (a, b) = (PointId.Intern("pieces/T-1/a"), PointId.Intern("pieces/T-1/b"));
        await host.PublishAsync([.. Enumerable.Range(0, 500).SelectMany(i => new[] { Store.At(a, i * 300, i % 7), Store.At(b, i * 301, i % 5) })]);
        var range = new TimeRange(Store.Start.AddSeconds(-7), Store.Start.AddSeconds(150_123));
        const WindowExtras All = WindowExtras.TimeWeightedMean | WindowExtras.Increase | WindowExtras.InState;
        Assert.True(WindowCount.Most(range, new(1, WindowUnit.Second), TimeZoneInfo.Utc) > 2 * HistoryReads.PieceRows);

        var history = (IHistory)host.Services.GetService(typeof(IHistory))!;
        var request = new WindowRequest([a, b], range, new(1, WindowUnit.Second)) { Extras = All, State = 3 };
        var pieces = await new HistoryReads(history).WindowsAsync(request, static _ => TimeZoneInfo.Utc, Cancel).ToListAsync(Cancel);

        var whole = await history.WindowsAsync(request, Cancel);
        Assert.True(pieces.Count >= 6);
        foreach (var series in whole)
            Assert.Equal(series.Items, pieces.Where(p => p.Point == series.Point).SelectMany(static p => p.Items));
    }

    [Theory]
    [InlineData(1, WindowUnit.Hour, "Europe/Berlin")]
    [InlineData(6, WindowUnit.Hour, "Europe/Berlin")]
    [InlineData(1, WindowUnit.Day, "America/New_York")]
    [InlineData(1, WindowUnit.Week, "Asia/Shanghai")]
    [InlineData(1, WindowUnit.Month, "Europe/Berlin")]
    [InlineData(3, WindowUnit.Month, "Etc/UTC")]
    [InlineData(1, WindowUnit.Year, "Australia/Lord_Howe")]
    [InlineData(7, WindowUnit.Minute, "Etc/UTC")]
    public void Count_OfWindows_IsNeverTooSmallAndHardlyTooLarge(int count, WindowUnit unit, string zoneName)
    {
        var (every, zone) = (new WindowLength(count, unit), TimeZoneInfo.FindSystemTimeZoneById(zoneName));
        var random = new Random(count);
        var grid = new WindowGrid(every, zone);
        for (var i = 0; i < 50; i++)
        {
            var from = Store.Start.AddHours(random.Next(0, 20_000));
            var range = new TimeRange(from, from.AddHours(random.Next(1, 9_000)));
            var real = 0;
            for (var start = grid.StartOf(range.From); start < range.To; start = grid.Next(start)) real++;
            Assert.InRange(WindowCount.Most(range, every, zone), real, (real * 1.09) + 2);
            Assert.Equal(real, WindowCount.Slices(range, every, zone, 5).Sum(s => Windows(grid, s)));
        }
    }

    private static int Windows(WindowGrid grid, TimeRange range)
    {
        var windows = 0;
        for (var start = grid.StartOf(range.From); start < range.To; start = grid.Next(start)) windows++;
        return windows;
    }

    /// <summary>A store with as many readings as are wanted, that may fail after them.</summary>
    private sealed class EndlessHistory(Exception? failure, int count) : IHistory
    {
        private const int Block = 10_000;

        public bool Ended { get; private set; }

        public static Reading At(int i) => new(default, Store.Start.AddSeconds(i), i / 8.0);

        public async IAsyncEnumerable<IReadOnlyList<Reading>> ReadAsync(
            PointId point, TimeRange range, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            try
            {
                for (var i = 0; i < count; i += Block)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    await Task.Yield();
                    yield return [.. Enumerable.Range(i, Math.Min(Block, count - i)).Select(n => At(n % 30_000_000) with { Point = point })];
                }

                if (failure is not null) throw failure;
            }
            finally
            {
                Ended = true;
            }
        }

        public ValueTask<IReadOnlyList<Reading>> LastAsync(IReadOnlyCollection<PointId> points, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public ValueTask<IReadOnlyList<PointHistory<HistoryWindow>>> WindowsAsync(WindowRequest request, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public ValueTask<IReadOnlyList<PointHistory<Sample>>> SampleAsync(SampleRequest request, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public ValueTask<double?> CounterIncreaseAsync(PointId point, TimeRange range, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();
    }
}
