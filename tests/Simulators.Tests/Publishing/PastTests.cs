using System.Text;
using Plantroom.Simulators.Building;
using Plantroom.Simulators.Publishing;
using Plantroom.Simulators.Script;

namespace Plantroom.Simulators.Tests.Publishing;

public sealed class PastTests
{
    private static readonly DateTime Start = new(2026, 6, 1, 8, 0, 0, DateTimeKind.Utc);
    private readonly SimulatorOptions options = new();
    private readonly Backlog backlog = new(100_000);

    private List<RecordingClient.Published> Messages =>
        [.. backlog.Messages.Select(static m => new RecordingClient.Published(m.Equipment, Text(m), default, false))];

    [Fact]
    public void Collect_WithoutBackfillOrPrelude_IsEmpty()
    {
        Collect("fire");
        Assert.Empty(Messages);
    }

    [Fact]
    public void Collect_OfADay_HoldsEveryDeviceEachMinuteFromTheOldestOn()
    {
        options.Backfill = TimeSpan.FromDays(1);
        var building = Collect("normal");
        Assert.Equal(18 * 1439, Messages.Count);
        Assert.All(Messages.GroupBy(static m => m.Equipment), static device => Assert.Equal(1439, device.Count()));
        Assert.Equal(Messages.Select(static m => m.Time).Order(), Messages.Select(static m => m.Time));
        Assert.InRange(Start - building.Now, TimeSpan.Zero, options.BackfillStep);
    }

    [Fact]
    public void Collect_WithAnotherStep_HoldsThatMany()
    {
        options.Backfill = TimeSpan.FromHours(1);
        options.BackfillStep = TimeSpan.FromMinutes(15);
        Collect("fire");
        var meter = Messages.Where(static m => m.Equipment == "M-0");
        Assert.Equal([15.0, 30, 45], meter.Select(static m => 60 - (Start - m.Time).TotalMinutes));
    }

    [Fact]
    public void Collect_WhatAnEarlierRunCovers_HoldsOnlyTheRestAndGoesOnFromItsCounters()
    {
        options.Backfill = TimeSpan.FromHours(4);
        var counters = new Dictionary<string, double> { ["M-0/energy"] = 5000, ["RG-1/rain"] = 70 };
        var building = Collect("normal", new("normal", Start.AddHours(-3), Start.AddHours(-1), counters));
        var energy = Messages.Where(static m => m.Equipment == "M-0").ToList();
        Assert.DoesNotContain(energy, m => m.Time >= Start.AddHours(-3) && m.Time <= Start.AddHours(-1));
        Assert.InRange(energy.Count, 117, 121);
        Assert.All(energy.Where(m => m.Time > Start.AddHours(-1)), static m => Assert.True(m["energy"] >= 5000));
        Assert.All(energy.Where(m => m.Time < Start.AddHours(-3)), static m => Assert.True(m["energy"] < 5000));
        Assert.Equal(70, building.Gauge.Total, 6);
    }

    [Theory]
    [InlineData("cloudburst", 70)]
    [InlineData("normal", 121.4)]
    public void Collect_RainWithinAnEarlierRun_CountsItOnlyForAnotherScenario(string earlier, double rain)
    {
        options.Scenario = "cloudburst";
        var building = Collect("cloudburst", new(earlier, Start.AddHours(-24), Start, new() { ["RG-1/rain"] = 70 }));
        Assert.Empty(Messages);
        Assert.Equal(rain, building.Gauge.Total, 0.5);
    }

    [Fact]
    public void Collect_WhenItIsToStop_Stops() =>
        Assert.Throws<OperationCanceledException>(() =>
        {
            options.Backfill = TimeSpan.FromDays(1);
            Collect("normal", stopped: true);
        });

    [Fact]
    public void Backlog_BeyondItsMost_LeavesOutTheOldestAndCountsThem()
    {
        var small = new Backlog(3);
        foreach (var equipment in new[] { "A", "B", "C", "D", "E" }) small.Add(new(equipment, []));
        Assert.Equal(["C", "D", "E"], small.Messages.Select(static m => m.Equipment));
        Assert.Equal(2, small.LeftOut);
        Assert.True(small.TryTake(out var first));
        Assert.Equal("C", first.Equipment);
    }

    private static string Text(PastMessage message) => Encoding.UTF8.GetString(message.Payload);

    private SimulatedBuilding Collect(string scenario, Delivered? before = null, bool stopped = false)
    {
        var script = ScenarioLibrary.Load(scenario, out _)!;
        var lead = options.Backfill > script.Rain.Prelude ? options.Backfill : script.Rain.Prelude;
        var building = new SimulatedBuilding(script, options.Seed, Start, lead, TimeZoneInfo.Utc);
        new Past(options, before).Collect(building, Start, backlog, new CancellationToken(stopped));
        return building;
    }
}
