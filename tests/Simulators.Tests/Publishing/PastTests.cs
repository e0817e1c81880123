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

    [Fact]
    public async Task Deliver_WhatAnEarlierRunCovers_SendsOnlyTheRestAndGoesOnFromItsCounters()
    {
        var start = clock.Now;
        var counters = new Dictionary<string, double> { ["M-0/energy"] = 5000, ["RG-1/rain"] = 70 };
        var options = new SimulatorOptions { Backfill = TimeSpan.FromHours(4), BackfillRate = 1_000_000 };
        var building = await DeliverAsync(options, "normal", new("normal", start.AddHours(-3), start.AddHours(-1), counters));
        var energy = client.Messages.Where(static m => m.Equipment == "M-0").ToList();
        Assert.DoesNotContain(energy, m => m.Time >= start.AddHours(-3) && m.Time <= start.AddHours(-1));
        Assert.InRange(energy.Count, 118, 121);
        Assert.All(energy.Where(m => m.Time > start.AddHours(-1)), static m => Assert.True(m["energy"] >= 5000));
        Assert.All(energy.Where(m => m.Time < start.AddHours(-3)), static m => Assert.True(m["energy"] < 5000));
        Assert.Equal(70, building.Gauge.Total, 6);
    }

    [Theory]
    [InlineData("cloudburst", 70)]
    [InlineData("normal", 121.4)]
    public async Task Deliver_RainWithinAnEarlierRun_CountsItOnlyForAnotherScenario(string earlier, double rain)
    {
        var start = clock.Now;
        var options = new SimulatorOptions { Scenario = "cloudburst", BackfillRate = 1_000_000 };
        var before = new Delivered(earlier, start.AddHours(-24), start, new() { ["RG-1/rain"] = 70 });
        var building = await DeliverAsync(options, "cloudburst", before);
        Assert.Empty(client.Messages);
        Assert.Equal(rain, building.Gauge.Total, 0.5);
    }

    private async Task<SimulatedBuilding> DeliverAsync(SimulatorOptions options, string scenario = "normal", Delivered? before = null)
    {
        var script = ScenarioLibrary.Load(scenario, out _)!;
        var lead = options.Backfill > script.Rain.Prelude ? options.Backfill : script.Rain.Prelude;
        var building = new SimulatedBuilding(script, options.Seed, clock.Now, lead, TimeZoneInfo.Utc);
        var metrics = new SimulatorMetrics(services.GetRequiredService<IMeterFactory>());
        await using var publisher = new BoundedPublisher(client, options.InFlight, metrics, TestContext.Current.CancellationToken);
        var delivering = new Past(options, clock, publisher, before).DeliverAsync(building, clock.Now, TestContext.Current.CancellationToken);
        while (!delivering.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }

        await delivering;
        return building;
    }
}
