using System.Buffers;
using Plantroom.Ingest.Influx;
using Plantroom.TestKit;
using Plantroom.TestKit.Fakes;
using Plantroom.TestKit.Influx;

namespace Plantroom.Ingest.Tests.Influx;

/// <summary>What only the reading side of InfluxDB has to put up with.</summary>
public sealed class InfluxReadingTests(SharedServers servers) : IDisposable
{
    private static readonly DateTime Start = Store.Start;
    private readonly string database = $"t{Guid.NewGuid():N}";
    private readonly FakeFacilitySource facility = new(Facility.Empty);
    private readonly ManualClock clock = new();
    private InfluxRig? rig;
    private InfluxHistory history = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => rig?.Dispose();

    [Fact]
    public async Task Read_NoDatabaseYet_HasNothing()
    {
        Connect(await servers.InfluxAsync());
        var point = PointId.Intern("hq/SP-1/level");
        Assert.Empty(await history.RawAsync(point, new(Start, Start.AddDays(1)), Cancel));
        Assert.Empty(await history.LastAsync([point], Cancel));
        Assert.Null(await history.CounterIncreaseAsync(point, new(Start, Start.AddDays(1)), Cancel));
    }

    [Fact]
    public async Task Read_ClassAndBuildingChangedMeanwhile_IsOneHistory()
    {
        Connect(await servers.InfluxAsync());
        var point = PointId.Intern("hq/SP-1/level");
        Model("sump", "B1");
        await WriteAsync(At(point, 0, 1), At(point, 10, 2), At(point, 40, 5));
        Assert.Equal(3, (await history.RawAsync(point, new(Start, Start.AddDays(1)), Cancel)).Count);
        Model("sump", "B2");
        await WriteAsync(At(point, 20, 3));
        Model("pit", "B2");
        await WriteAsync(At(point, 30, 4, Quality.Bad(QualityReason.OutOfRange)), At(point, 50, 6));

        var readings = await history.RawAsync(point, new(Start, Start.AddDays(1)), Cancel);
        Assert.Equal([1, 2, 3, 4, 5, 6], readings.Select(r => r.Value));
        Assert.Equal([At(point, 50, 6)], await history.LastAsync([point], Cancel));
        var window = Assert.Single(await history.WindowsAsync(point, new(Start, Start.AddDays(1)), new(1, WindowUnit.Day), Cancel));
        Assert.Equal((5, 17.0, new Sample(Start.AddSeconds(50), 6)), (window.Count, window.Sum, window.Last));
        Assert.Equal(2, await history.CounterIncreaseAsync(point, new(Start.AddSeconds(25), Start.AddSeconds(45)), Cancel));

        // Another process may have written with another model still.
        Model("well", "B2");
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(6, (await history.RawAsync(point, new(Start, Start.AddDays(1)), Cancel)).Count);
    }

    [Fact]
    public async Task Read_AllTimesThereAre_StayWithinThoseOfInfluxDb()
    {
        Connect(await servers.InfluxAsync());
        var point = PointId.Intern("hq/SP-1/level");
        var (first, last) = (new DateTime(1678, 1, 1, 0, 0, 0, DateTimeKind.Utc), new DateTime(2261, 12, 31, 0, 0, 0, DateTimeKind.Utc));
        await WriteAsync(new Reading(point, first, 1), new Reading(point, last, 2));
        var all = new TimeRange(DateTime.MinValue, DateTime.MaxValue);
        Assert.Equal([first, last], (await history.RawAsync(point, all, Cancel)).Select(r => r.Time));
        Assert.Equal([last], (await history.LastAsync([point], Cancel)).Select(r => r.Time));
        Assert.Equal(1, await history.CounterIncreaseAsync(point, all, Cancel));
    }

    [Fact]
    public async Task Counter_ManyBadReadingsBefore_LooksFurtherBack()
    {
        Connect(await servers.InfluxAsync());
        var point = PointId.Intern("hq/SP-1/level");
        await WriteAsync(
            [At(point, 0, 5), .. Enumerable.Range(1, 300).Select(i => At(point, i, 1e9, Quality.Bad(QualityReason.OutOfRange))), At(point, 400, 8)]);
        Assert.Equal(3, await history.CounterIncreaseAsync(point, new(Start.AddSeconds(350), Start.AddSeconds(500)), Cancel));
    }

    [Fact]
    public async Task Last_ManyPoints_AreFoundInFewRequests()
    {
        await using var server = await InfluxServer.StartAsync(new() { LogRequests = true }, Cancel);
        Connect(server);
        var points = Enumerable.Range(0, 2_000).Select(i => PointId.Intern($"s{i % 3}/E-{i / 4}/p{i % 4}")).ToArray();
        await WriteAsync([.. points.Select((p, i) => At(p, i % 7, i, i % 5 == 0 ? Quality.Bad(QualityReason.OutOfRange) : default))]);
        var last = await history.LastAsync(points, Cancel);
        Assert.Equal(
            points.Select((p, i) => At(p, i % 7, i, i % 5 == 0 ? Quality.Bad(QualityReason.OutOfRange) : default)), last.OrderBy(r => r.Value));
        Assert.Single(server.Requests, r => r.Contains("/query", StringComparison.Ordinal) && !r.Contains("CREATE", StringComparison.Ordinal) && r.Contains("chunk", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Windows_VeryManyReadings_AreSummedUpByTheServerAndAgree()
    {
        await using var server = await InfluxServer.StartAsync(new() { LogRequests = true }, Cancel);
        Connect(server);
        var (point, random) = (PointId.Intern("hq/SP-1/level"), new Random(1));
        var from = new DateTime(2026, 3, 20, 5, 7, 3, DateTimeKind.Utc);
        var range = new TimeRange(from.AddHours(1), from.AddDays(15));
        var readings = Enumerable.Range(0, 15 * 8640)
            .Select(i => new Reading(point, from.AddSeconds(10 * i), random.Next(400) / 4.0, i % 40_000 == 777 ? Quality.Bad(QualityReason.OutOfRange) : default))
            .ToArray();
        await WriteAsync(readings);
        var request = new WindowRequest([point], range, new(1, WindowUnit.Day)) { Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin") };
        var exact = new FakeHistory();
        exact.Add(readings);

        var windows = (await history.WindowsAsync(request, Cancel))[0].Items;

        var expected = (await exact.WindowsAsync(request, Cancel))[0].Items;
        Assert.Equal(expected.Select(WithoutTimes), windows.Select(WithoutTimes));
        Assert.Contains(expected.Zip(windows), p => p.First.First != p.Second.First);
        Assert.All(expected.Zip(windows), p => Assert.InRange(p.Second.First!.Value.Time, p.First.First!.Value.Time.AddHours(-1), p.First.First.Value.Time));
        Assert.All(expected.Zip(windows), p => Assert.InRange(p.Second.Last!.Value.Time, p.First.Last!.Value.Time, p.First.Last.Value.Time.AddHours(1)));

        var samples = (await history.SampleAsync(new([point], range, 200), Cancel))[0].Items;
        var good = readings.Where(r => r.Time >= range.From && r.Time < range.To && r.Quality == default).Select(r => r.Value).ToList();
        Assert.InRange(samples.Count, 150, 200);
        Assert.Equal((good.Min(), good.Max()), (samples.Min(s => s.Value), samples.Max(s => s.Value)));
        Assert.Equal(samples.OrderBy(s => s.Time), samples);
        Assert.All(samples, s => Assert.InRange(s.Time, range.From, range.To));
    }

    [Fact]
    public async Task EveryQuestion_ServerDoesNotAnswer_SaysSo()
    {
        await using var server = await InfluxServer.StartAsync(null, Cancel);
        Connect(server, o => o.Timeout = TimeSpan.FromMilliseconds(300), TimeProvider.System);
        var point = PointId.Intern("hq/SP-1/level");
        await WriteAsync(At(point, 0, 1));
        server.Freeze();
        var hung = await Assert.ThrowsAsync<HistoryUnavailableException>(async () => await history.LastAsync([point], Cancel));
        Assert.Contains("no answer within 0.3 s", hung.Message, StringComparison.Ordinal);
        await server.KillAsync();
        foreach (var ask in Questions(point)) await Assert.ThrowsAsync<HistoryUnavailableException>(ask);
        await server.StartAgainAsync(Cancel);
        foreach (var ask in Questions(point)) await ask();
    }

    [Fact]
    public async Task EveryQuestion_WrongPassword_SaysSoWithoutIt()
    {
        await using var server = await InfluxServer.StartAsync(new() { Administrator = ("root", "right") }, Cancel);
        Connect(server, o => (o.UserName, o.Password) = ("root", "geheim-falsch"));
        var wrong = await Assert.ThrowsAsync<HistoryUnavailableException>(async () => await history.LastAsync([PointId.Intern("a/b/c")], Cancel));
        Assert.Contains("401", wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", wrong.ToString(), StringComparison.Ordinal);
    }

    private static Reading At(PointId point, double seconds, double value, Quality quality = default) => Store.At(point, seconds, value, quality);

    private static HistoryWindow WithoutTimes(HistoryWindow window) => window with
    {
        First = new(default, window.First!.Value.Value), Last = new(default, window.Last!.Value.Value),
    };

    private Func<Task>[] Questions(PointId point)
    {
        var range = new TimeRange(Start, Start.AddDays(1));
        return
        [
            async () => await history.LastAsync([point], Cancel),
            async () => await history.RawAsync(point, range, Cancel),
            async () => await history.WindowsAsync(point, range, new(1, WindowUnit.Hour), Cancel),
            async () => await history.SampleAsync(new([point], range, 10), Cancel),
            async () => await history.CounterIncreaseAsync(point, range, Cancel),
        ];
    }

    private void Connect(InfluxServer server, Action<InfluxOptions>? set = null, TimeProvider? time = null)
    {
        rig = new(server.Url, database, set, time ?? clock);
        history = new(rig.Connection, facility, time ?? clock);
    }

    private void Model(string @class, string building) => facility.Change(new([], [new()
    {
        Id = new("hq", "SP-1"), Name = LocalizedText.Same("sump"), Class = @class, System = BuildingSystem.Drainage, Building = building, Points = [],
    }]));

    private async Task WriteAsync(params Reading[] readings)
    {
        var lines = new ArrayBufferWriter<byte>();
        new LineProtocolWriter(facility).Write(readings, lines);
        var receipt = await rig!.Receiver.WriteAsync(lines.WrittenMemory, Cancel);
        Assert.Null(receipt.Away);
        Assert.Empty(receipt.Refused);
    }
}
