using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Plantroom.Simulators.Building;
using Plantroom.Simulators.Publishing;
using Plantroom.Simulators.Script;
using Plantroom.TestKit;

namespace Plantroom.Simulators.Tests.Publishing;

public sealed class PastTests : IDisposable
{
    private readonly ManualClock clock = new();
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly RecordingClient client = new();

    public void Dispose() => services.Dispose();

    [Theory]
    [InlineData(1000)]
    [InlineData(200)]
    public async Task Deliver_AtARate_TakesItsTime(int rate)
    {
        var begun = clock.Now;
        await DeliverAsync(new() { Backfill = TimeSpan.FromHours(1), BackfillRate = rate });
        Assert.True((clock.Now - begun).TotalSeconds >= client.Messages.Count / (double)rate - 0.1);
        Assert.True(client.Messages.Count > 1000);
    }

    [Fact]
    public async Task Deliver_WithoutBackfillOrPrelude_SendsNothing()
    {
        await DeliverAsync(new(), "fire");
        Assert.Empty(client.Messages);
    }

    [Fact]
    public async Task Deliver_WithAnotherStep_SendsThatOften()
    {
        await DeliverAsync(new() { Backfill = TimeSpan.FromHours(1), BackfillStep = TimeSpan.FromMinutes(15), BackfillRate = 100_000 }, "fire");
        Assert.Equal([15.0, 30, 45], client.Messages.Where(static m => m.Equipment == "M-0").Select(m => 60 - (clock.Now - m.Time).TotalMinutes));
    }

    private async Task DeliverAsync(SimulatorOptions options, string scenario = "normal")
    {
        var script = ScenarioLibrary.Load(scenario, out _)!;
        var lead = options.Backfill > script.Rain.Prelude ? options.Backfill : script.Rain.Prelude;
        var building = new SimulatedBuilding(script, options.Seed, clock.Now, lead, TimeZoneInfo.Utc);
        var metrics = new SimulatorMetrics(services.GetRequiredService<IMeterFactory>());
        await using var publisher = new BoundedPublisher(client, options.InFlight, metrics, TestContext.Current.CancellationToken);
        var delivering = new Past(options, clock, publisher).DeliverAsync(building, clock.Now, TestContext.Current.CancellationToken);
        while (!delivering.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }

        await delivering;
    }
}
