using Microsoft.Extensions.Hosting;
using Plantroom.TestKit;

namespace Plantroom.Simulators.Tests.Publishing;

public sealed class RestartTests : IAsyncDisposable
{
    private readonly ManualClock clock = new();
    private readonly DateTime start;
    private readonly TempFolder folder = new();
    private readonly Dictionary<string, string?> settings = new() { ["Simulator:BackfillRate"] = "1000000" };
    private readonly List<RecordingClient> clients = [];

    public RestartTests() => start = clock.Now;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private RecordingClient Client => clients[^1];

    private List<RecordingClient.Published> Readings =>
        [.. clients.SelectMany(static c => c.Messages).Where(static m => m.IsReading)];

    private string[] PastFiles => Directory.GetFiles(folder.Path, "simulator-past-*");

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients) await client.DisposeAsync();
        folder.Dispose();
    }

    [Theory]
    [InlineData("00:00:00")]
    [InlineData("02:00:00")]
    public async Task Restart_AfterAllWasDelivered_GoesOnWithItsCountersAndTellsNoPastTwice(string backfill)
    {
        settings["Simulator:Backfill"] = backfill;
        using (var first = await StartAsync())
        {
            await TickAsync(TimeSpan.FromMinutes(30));
            await first.StopAsync(Cancelled);
        }

        clock.Advance(TimeSpan.FromMinutes(10));
        using var second = await StartAsync();
        await TickAsync(TimeSpan.FromMinutes(1));
        await second.StopAsync(Cancelled);
        CheckReadings();
        Assert.Equal(Readings.Count, Readings.Select(static m => (m.Equipment, m.Time)).Distinct().Count());
        Assert.Empty(PastFiles);
    }

    [Theory]
    [InlineData("00:00:00")]
    [InlineData("02:00:00")]
    [InlineData("05:00:00")]
    public async Task Restart_InTheMiddleOfThePast_DeliversTheRestWithTheSameValues(string later)
    {
        settings["Simulator:Backfill"] = "02:00:00";
        settings["Simulator:BackfillRate"] = "10000";
        var halfway = start.AddHours(-1);
        using (var first = await StartAsync(hold: m => m.Time < start && m.Time >= halfway))
        {
            await UntilAsync(m => m.Time == halfway && m.Equipment == "RG-1");
            await TickAsync(TimeSpan.FromMinutes(1));
            await first.StopAsync(Cancelled);
        }

        Assert.Single(PastFiles);
        var unacknowledged = Readings.Count(m => m.Time < start && m.Time >= halfway);
        settings["Simulator:Backfill"] = later;
        clock.Advance(TimeSpan.FromMinutes(10));
        using var second = await StartAsync();
        await UntilAsync(m => m.Time == start.AddMinutes(-1) && m.Equipment == "FP-1");
        await TickAsync(TimeSpan.FromMinutes(1));
        while (PastFiles.Length > 0) await TickAsync(TimeSpan.FromMinutes(1));
        await second.StopAsync(Cancelled);

        CheckReadings();
        var past = Readings.Where(m => m.Time < start && m.Time > start.AddHours(-2)).ToList();
        Assert.Equal(18 * 119, past.Select(static m => (m.Equipment, m.Time)).Distinct().Count());
        var held = Client.Messages.Where(m => m.IsReading && m.Time < start && m.Time >= halfway);
        Assert.Equal(18 * 60, held.Select(static m => (m.Equipment, m.Time)).Distinct().Count());
        const int burst = 500;
        Assert.InRange(past.Count - 18 * 119, 1, unacknowledged + burst);
    }

    [Fact]
    public async Task Restart_AfterARunThatEndedBeforeItsFirstReading_StartsAfresh()
    {
        settings["Simulator:Backfill"] = "02:00:00";
        const string Unnamed = "M-0 {\"ts\":\"2026-06-01T07:00:00.000Z\",\"values\":{}}\n";
        await File.WriteAllTextAsync(folder.File("simulator-past-0.txt"), Unnamed, Cancelled);
        using var host = await StartAsync();
        await UntilAsync(m => m.Time == start.AddMinutes(-1) && m.Equipment == "FP-1");
        await TickAsync(TimeSpan.FromMinutes(1));
        await host.StopAsync(Cancelled);
        CheckReadings();
        Assert.Equal(119, Readings.Count(m => m.Time < start && m.Time > start.AddHours(-2) && m.Equipment == "M-0"));
        Assert.False(File.Exists(folder.File("simulator-past-0.txt")));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("M-0 {\"ts\":\"2026-06-01T07:00:00.000Z\",\"val")]
    public async Task Restart_WhenThePastIsLostOrDamaged_GoesOnWithoutIt(string? content)
    {
        const string Memory = """
            {"Scenario":"normal","From":"2026-06-01T06:00:00Z","Until":"2026-06-01T07:59:00Z","Counters":{"M-0/energy":900},
             "Owed":{"File":"simulator-past-1.txt","Messages":1,"Delivered":0}}
            """;
        await File.WriteAllTextAsync(folder.File("simulator.json"), Memory, Cancelled);
        if (content is not null) await File.WriteAllTextAsync(folder.File("simulator-past-1.txt"), content, Cancelled);
        using var host = await StartAsync();
        await TickAsync(TimeSpan.FromMinutes(1));
        await host.StopAsync(Cancelled);
        Assert.DoesNotContain(Readings, m => m.Time >= start.AddHours(-2) && m.Time <= start.AddMinutes(-1));
        Assert.True(Readings.First(static m => m.Equipment == "M-0")["energy"] >= 900);
        Assert.Empty(PastFiles);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("null")]
    public async Task Start_WithAMemoryThatCannotBeUnderstood_StartsAfresh(string text)
    {
        await File.WriteAllTextAsync(folder.File("simulator.json"), text, Cancelled);
        using var host = await StartAsync();
        await host.StopAsync(Cancelled);
        var memory = await File.ReadAllTextAsync(folder.File("simulator.json"), Cancelled);
        Assert.Contains("M-0/energy", memory, StringComparison.Ordinal);
    }

    private async Task<IHost> StartAsync(Func<RecordingClient.Published, bool>? hold = null)
    {
        clients.Add(new() { Hold = m => m.IsReading && hold?.Invoke(m) == true });
        var host = SimulatorHost.Build(settings, clock, Client, new DataFolder(folder.Path));
        await host.StartAsync(Cancelled);
        await Client.FirstAsync(static m => m.Equipment == "FP-1", Cancelled);
        return host;
    }

    /// <summary>Moves the clock, and on until a reading follows.</summary>
    private async Task TickAsync(TimeSpan by)
    {
        var until = clock.Now + by;
        clock.Advance(by);
        await UntilAsync(m => m.Equipment == "M-0" && m.Time >= until);
    }

    /// <summary>Lets messages come until one fits.</summary>
    private async Task UntilAsync(Func<RecordingClient.Published, bool> fits)
    {
        while (!Client.Messages.Any(m => m.IsReading && fits(m)))
        {
            Cancelled.ThrowIfCancellationRequested();
            clock.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }
    }

    /// <summary>A device says one thing about a time, and its counters only rise.</summary>
    private void CheckReadings()
    {
        foreach (var (equipment, counter) in RecordingClient.Counters)
        {
            var told = Readings.Where(m => m.Equipment == equipment && m.Time > start.AddHours(-2));
            var readings = told.DistinctBy(static m => m.Text).OrderBy(static m => m.Time).ToList();
            Assert.All(readings.Zip(readings.Skip(1)), pair =>
            {
                Assert.True(pair.First.Time < pair.Second.Time);
                Assert.True(pair.First[counter] <= pair.Second[counter]);
            });
        }
    }
}
