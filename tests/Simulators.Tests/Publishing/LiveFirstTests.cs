using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Plantroom.TestKit;

namespace Plantroom.Simulators.Tests.Publishing;

public sealed class LiveFirstTests : IAsyncDisposable
{
    private readonly ManualClock clock = new();
    private readonly DateTime start;
    private readonly RecordingClient client = new();
    private readonly Dictionary<string, string?> settings = new()
    {
        ["Simulator:Backfill"] = "02:00:00",
        ["Simulator:BackfillRate"] = "1000000",
    };

    public LiveFirstTests() => start = clock.Now;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private List<RecordingClient.Published> Readings => [.. client.Messages.Where(static m => m.IsReading)];

    public ValueTask DisposeAsync() => client.DisposeAsync();

    [Fact]
    public async Task Start_WithABackfill_TellsThePresentOfEveryDeviceBeforeThePast()
    {
        using var host = await StartAsync();
        await client.FirstAsync(m => m.Equipment == "FP-1" && m.Time == start.AddMinutes(-1), Cancelled);
        await host.StopAsync(Cancelled);
        Assert.All(Readings.Take(18), m => Assert.Equal(start, m.Time));
        Assert.Equal(18, Readings.Take(18).Select(static m => m.Equipment).Distinct().Count());
        var past = Readings.Skip(18).ToList();
        Assert.Equal(past.Select(static m => m.Time).Order(), past.Select(static m => m.Time));
        var backfill = past.Where(m => m.Time > start.AddHours(-2)).GroupBy(static m => m.Equipment).ToList();
        Assert.Equal(18, backfill.Count);
        Assert.All(backfill, static device => Assert.Equal(119, device.Count()));
    }

    [Fact]
    public async Task Counters_OfThePastAndThePresent_OnlyRise()
    {
        using var host = await StartAsync();
        await client.FirstAsync(m => m.Equipment == "FP-1" && m.Time == start.AddMinutes(-1), Cancelled);
        clock.Advance(TimeSpan.FromMinutes(5));
        while (!Readings.Any(m => m.Equipment == "M-0" && m.Time >= start.AddMinutes(5)))
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await host.StopAsync(Cancelled);
        foreach (var (equipment, counter) in RecordingClient.Counters)
        {
            var readings = Readings.Where(m => m.Equipment == equipment).OrderBy(static m => m.Time).ToList();
            Assert.Equal(readings.Count, readings.Select(static m => m.Time).Distinct().Count());
            Assert.All(readings.Zip(readings.Skip(1)), pair => Assert.True(pair.First[counter] <= pair.Second[counter]));
        }
    }

    [Fact]
    public async Task Ticks_WhileNothingOfThePastIsAcknowledged_GoOn()
    {
        client.Hold = m => m.IsReading && m.Time < start;
        using var host = await StartAsync();
        while (client.Waiting < 64) await Task.Yield();
        for (var second = 1; second <= 10; second++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            if (second % 5 == 0) await client.FirstAsync(m => m.Equipment == "SP-1" && m.Time == clock.Now, Cancelled);
        }

        Assert.Equal(64, Readings.Count(m => m.Time < start));
        await host.StopAsync(Cancelled);
        Assert.True(client.Disposed);
    }

    [Fact]
    public async Task Past_LongerThanMayWait_IsDeliveredWithoutItsOldestPart()
    {
        settings["Simulator:BackfillMessages"] = "1000";
        using var host = await StartAsync();
        await client.FirstAsync(m => m.Equipment == "FP-1" && m.Time == start.AddMinutes(-1), Cancelled);
        await host.StopAsync(Cancelled);
        var past = Readings.Where(m => m.Time < start).ToList();
        Assert.Equal(1000, past.Count);
        Assert.Equal(start.AddMinutes(-56), past[0].Time);
    }

    [Fact]
    public async Task Past_WhoseDeliveryFails_StopsTheHost()
    {
        client.Fail = m => m.IsReading && m.Time < start ? new InvalidOperationException("a mistake") : null;
        using var host = await StartAsync();
        var stopping = new TaskCompletionSource();
        var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        using var stops = lifetime.ApplicationStopping.Register(stopping.SetResult);
        await stopping.Task.WaitAsync(Cancelled);
        var service = host.Services.GetServices<IHostedService>().OfType<BackgroundService>().Single();
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => service.ExecuteTask!);
        Assert.Equal("a mistake", failure.Message);
    }

    [Fact]
    public async Task Prelude_WithoutBackfill_IsDeliveredLateByTheGaugeAlone()
    {
        settings.Remove("Simulator:Backfill");
        settings["Simulator:Scenario"] = "cloudburst";
        using var host = await StartAsync();
        await client.FirstAsync(m => m.IsReading && m.Time == start.AddMinutes(-1), Cancelled);
        await host.StopAsync(Cancelled);
        var late = Readings.Where(m => m.Time < start).ToList();
        Assert.All(late, static m => Assert.Equal("RG-1", m.Equipment));
        Assert.Equal(719, late.Count);
        Assert.Equal(start.AddHours(-12).AddMinutes(1), late[0].Time);
        Assert.InRange(late[^1]["rain"], 50, 53);
    }

    private async Task<IHost> StartAsync()
    {
        var host = SimulatorHost.Build(settings, clock, client);
        await host.StartAsync(Cancelled);
        await client.FirstAsync(static m => m.Equipment == "FP-1", Cancelled);
        return host;
    }
}
