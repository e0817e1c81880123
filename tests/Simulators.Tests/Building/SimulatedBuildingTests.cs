using System.Globalization;
using Plantroom.Simulators.Building;
using Plantroom.Simulators.Physics;
using Plantroom.Simulators.Script;
using Plantroom.Yaml;

namespace Plantroom.Simulators.Tests.Building;

public sealed class SimulatedBuildingTests
{
    private static readonly TimeZoneInfo Shanghai = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");
    private static readonly DateTime Start = new(2026, 6, 1, 0, 0, 0, DateTimeKind.Utc);

    public static TheoryData<string> Shipped => [.. ScenarioLibrary.Names];

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public void Step_SameSeed_GivesTheSameReadingsInAnyPortions(int lead)
    {
        var before = TimeSpan.FromMinutes(lead);
        var (whole, portions, other) = (New("cloudburst", 5, before), New("cloudburst", 5, before), New("cloudburst", 6, before));
        whole.Step(TimeSpan.FromMinutes(20));
        other.Step(TimeSpan.FromMinutes(20));
        for (var i = 0; i < 20 * 60 * 1000 / 75; i++) portions.Step(TimeSpan.FromMilliseconds(75));
        Assert.Equal(Values(whole), Values(portions));
        Assert.NotEqual(Values(whole), Values(other));
    }

    [Theory]
    [MemberData(nameof(Shipped))]
    public void Readings_OfEveryScenario_StayWithinThePhysicalRangeAndCoverTheSiteModel(string scenario)
    {
        var points = SitePoints();
        var building = New(scenario, 11);
        var reported = building.Devices.SelectMany(static d => d.Points, static (d, p) => $"{d.Equipment}/{p.Name}");
        Assert.Equal(points.Keys.Order(), reported.Order());
        for (var t = 0; t < 2 * 3600; t++)
        {
            building.Step(TimeSpan.FromSeconds(1));
            foreach (var device in building.Devices)
            {
                foreach (var point in device.Points)
                {
                    var name = $"{device.Equipment}/{point.Name}";
                    var (min, max) = points[name];
                    Assert.True(point.Value >= min && point.Value <= max, $"{name} = {point.Value} at {building.Now:O}");
                }
            }
        }
    }

    [Fact]
    public void Meters_OverADay_AddUpAndAreTheIntegralOfPower()
    {
        var building = New("normal", 2);
        var meters = building.SubMeters.Prepend(building.MainMeter).ToList();
        var integrals = new double[meters.Count];
        while (building.Now < Start.AddDays(1))
        {
            building.Step(SimulatedBuilding.SubStep);
            for (var i = 0; i < meters.Count; i++) integrals[i] += meters[i].Power * SimulatedBuilding.SubStep.TotalHours;
            Assert.Equal(building.SubMeters.Sum(static m => m.Power) * 1.005, building.MainMeter.Power, 9);
        }

        for (var i = 0; i < meters.Count; i++) Assert.Equal(integrals[i], meters[i].Energy, 6);
        Assert.Equal(building.SubMeters.Sum(static m => m.Energy) * 1.005, building.MainMeter.Energy, 6);
        Assert.InRange(building.MainMeter.Energy, 1500, 3500);
    }

    [Fact]
    public void Past_InItsCoarserSteps_IsTheSameBuildingAsTheFineOne()
    {
        var (quiet, day) = (new Scenario("quiet", new([]), [], []), TimeSpan.FromDays(1));
        var coarse = new SimulatedBuilding(quiet, 2, Start + day, day, Shanghai);
        var fine = new SimulatedBuilding(quiet, 2, Start, TimeSpan.Zero, Shanghai);
        fine.Advance(Start + day);
        while (coarse.Now < Start + day)
        {
            coarse.Step(TimeSpan.FromSeconds(30));
            Assert.InRange(coarse.Booster.Pressure, 0.48, 0.52);
        }

        foreach (var (meter, expected) in coarse.SubMeters.Zip(fine.SubMeters, static (c, f) => (c, f.Energy)))
            Assert.InRange(meter.Energy, expected * 0.95, expected * 1.05);
        Assert.InRange(coarse.MainMeter.Energy, fine.MainMeter.Energy * 0.99, fine.MainMeter.Energy * 1.01);
        Assert.Equal(fine.Pumps.Sum(static p => p.Starts), coarse.Pumps.Sum(static p => p.Starts), 1.0);
        Assert.Equal(fine.Pumps.Sum(static p => p.RunSeconds), coarse.Pumps.Sum(static p => p.RunSeconds), 60.0);
        Assert.Equal(fine.Lifts.Sum(static l => l.Trips), coarse.Lifts.Sum(static l => l.Trips), 40.0);
    }

    [Fact]
    public void PumpMeter_WhilePumpsRun_HoldsTheirPower()
    {
        var building = New("cloudburst", 2);
        building.Step(TimeSpan.FromSeconds(1));
        while (!building.Pumps.Any(static p => p.Running)) building.Step(SimulatedBuilding.SubStep);
        building.Step(TimeSpan.FromSeconds(10));
        var equipment = building.Pumps.Sum(static p => p.Power) + building.Booster.Power;
        Assert.True(equipment > 3);
        Assert.True(building.SubMeters[0].Power > equipment);
    }

    [Fact]
    public void Cloudburst_FromItsStart_PassesTheMarksWithinMinutes()
    {
        var building = New("cloudburst", 1);
        var sump = building.Sumps[1];
        var high = Until(building, () => sump.Level >= 1.15);
        var highHigh = Until(building, () => sump.Level >= 1.35 && sump.HighFloat);
        var rim = Until(building, () => sump.Level >= 1.5);
        Assert.InRange(high, 100, 180);
        Assert.InRange(highHigh, high + 30, 270);
        Assert.InRange(rim, highHigh + 10, 330);
        Assert.True(building.Sumps[0].Level < 1.15);
    }

    [Fact]
    public void Cloudburst_WithItsPrelude_CrossesTheColoursOneAfterTheOther()
    {
        var building = New("cloudburst", 1, TimeSpan.FromHours(12));
        var totals = new List<(DateTime At, double Total)>();
        var crossed = new Dictionary<int, double>();
        while (building.Now < Start.AddMinutes(60))
        {
            building.Step(TimeSpan.FromMinutes(0.5));
            totals.Add((building.Now, building.Gauge.Total));
            if (building.Now < Start) continue;
            foreach (var hours in new[] { 12, 6, 3 })
            {
                var since = totals.LastOrDefault(t => t.At <= building.Now.AddHours(-hours)).Total;
                if (building.Gauge.Total - since >= 50) crossed.TryAdd(hours, (building.Now - Start).TotalMinutes);
            }
        }

        Assert.InRange(crossed[12], 0, 1);
        Assert.InRange(crossed[6], 1, 3);
        Assert.InRange(crossed[3], 2.5, 6);
    }

    [Fact]
    public void Normal_OverADay_KeepsEverythingHealthy()
    {
        var building = New("normal", 1, TimeSpan.FromHours(12));
        while (building.Now < Start.AddHours(12))
        {
            building.Step(TimeSpan.FromSeconds(10));
            Assert.All(building.Sumps, static s => Assert.True(s.Level < 0.9 && s.Level > 0.25));
            Assert.All(building.Pumps, static p => Assert.False(p.Fault));
            Assert.False(building.Booster.Fault || building.Panel.Fire || building.Lifts.Any(static l => l.Fault));
        }

        Assert.All(building.Sumps, static s => Assert.True(s.Pumps.Sum(static p => p.Starts) > 0));
        Assert.All(building.Lifts, static l => Assert.True(l.Trips > 100));
    }

    [Fact]
    public void PowerLoss_WhileItLasts_LeavesOnlyThePanelsBattery()
    {
        var building = New("power-loss", 1);
        building.Step(TimeSpan.FromMinutes(10));
        Assert.False(building.Panel.Mains);
        Assert.Equal(0, building.MainMeter.Power);
        Assert.True(building.Booster.Pressure < 0.3);
        building.Step(TimeSpan.FromMinutes(15));
        Assert.True(building.Panel.Mains);
        Assert.InRange(building.Booster.Pressure, 0.48, 0.52);
        Assert.All(building.Lifts, static l => Assert.False(l.Fault));
    }

    [Fact]
    public void Fire_UntilReset_RecallsTheLifts()
    {
        var building = New("fire", 1);
        building.Step(TimeSpan.FromMinutes(5));
        Assert.True(building.Panel.Fire);
        Assert.All(building.Lifts, static l => Assert.True(l is { Floor: 1, DoorOpen: true }));
        building.Step(TimeSpan.FromMinutes(12));
        Assert.False(building.Panel.Fire);
    }

    private static SimulatedBuilding New(string scenario, int seed, TimeSpan lead = default) =>
        new(ScenarioLibrary.Load(scenario, out _)!, seed, Start, lead, Shanghai);

    private static double Until(SimulatedBuilding building, Func<bool> reached)
    {
        while (!reached() && building.Now < Start.AddHours(1)) building.Step(SimulatedBuilding.SubStep);
        return (building.Now - Start).TotalSeconds;
    }

    private static List<double> Values(SimulatedBuilding building) =>
        [.. building.Devices.SelectMany(static d => d.Points).Select(static p => p.Read())];

    /// <summary>The points of the shipped site model with their physical range; enumerations by their labels.</summary>
    private static Dictionary<string, (double Min, double Max)> SitePoints()
    {
        var root = YamlFile.Load(Path.Combine(AppContext.BaseDirectory, "shipped", "facility.yaml")).Root;
        var classes = root.Map("classes")!;
        var points = new Dictionary<string, (double, double)>();
        foreach (var equipment in root.Maps("sites").Single().Maps("equipment"))
        {
            var definitions = classes.Map(equipment.RequiredText("class"))!.Map("points")!;
            foreach (var name in definitions.Keys)
                points[$"{equipment.RequiredText("id")}/{name}"] = Range(definitions.Map(name)!);
        }

        return points;
    }

    private static (double Min, double Max) Range(YamlMap point)
    {
        if (point.Map("labels") is not { } labels)
            return (point.Number("min") ?? double.MinValue, point.Number("max") ?? double.MaxValue);
        var numbers = labels.Keys.Select(static k => double.Parse(k, CultureInfo.InvariantCulture)).ToList();
        return (numbers.Min(), numbers.Max());
    }
}
