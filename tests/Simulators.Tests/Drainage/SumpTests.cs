using Plantroom.Simulators.Drainage;
using Plantroom.Simulators.Physics;

namespace Plantroom.Simulators.Tests.Drainage;

public sealed class SumpTests
{
    private const double Dt = 0.2;
    private static readonly SumpGeometry Marks = new();

    [Theory]
    [InlineData(4.2, 0.32)]
    [InlineData(16.7, 1.25)]
    [InlineData(33, 2.48)]
    [InlineData(50, 3.75)]
    [InlineData(100, 7.5)]
    public void Inflow_OfThreeHundredSquareMetres_MatchesTheCalculation(double rain, double inflow) =>
        Assert.Equal(inflow, new Catchment { Area = 300 }.Inflow(rain), 0.006);

    [Theory]
    [InlineData(0.5, 3000, 158, 1.1)]
    [InlineData(2.5, 600, 200, 4.5)]
    [InlineData(5.0, 300, 300, 6.0)]
    [InlineData(7.5, 200, 600, 4.5)]
    public void Cycle_OfAnInflow_MatchesTheCalculation(double inflow, double fill, double empty, double startsPerHour)
    {
        var sump = Steady(inflow, Marks.Stop + 0.05);
        Until(sump, () => sump.Pumps.Any(static p => p.Running));
        Until(sump, () => !sump.Pumps.Any(static p => p.Running));
        var filling = Until(sump, () => sump.Pumps.Any(static p => p.Running));
        var emptying = Until(sump, () => !sump.Pumps.Any(static p => p.Running));
        Assert.Equal(fill, filling, fill * 0.04);
        Assert.Equal(empty, emptying, empty * 0.06);
        Assert.Equal(startsPerHour, 3600 / (filling + emptying), startsPerHour * 0.05);
    }

    [Theory]
    [InlineData(0.80, 280)]
    [InlineData(1.15, 140)]
    public void TimeToOverflow_BothPumpsFailed_MatchesTheCalculation(double from, double seconds)
    {
        var sump = Steady(7.5, from);
        foreach (var pump in sump.Pumps) pump.Fault = true;
        Assert.Equal(seconds, Until(sump, () => sump.Level >= Marks.Rim), 1.0);
    }

    [Fact]
    public void TimeToOverflow_OnePumpLeft_MatchesTheCalculation()
    {
        var sump = Steady(12, 1.0);
        sump.Pumps[1].Fault = true;
        Assert.Equal(750, Until(sump, () => sump.Level >= Marks.Rim), 75.0);
    }

    [Fact]
    public void Cloudburst_BothPumpsHealthy_NeverPassesStart2()
    {
        var sump = New(new() { Area = 300 });
        for (var t = 0.0; t < 4 * 3600; t += Dt)
        {
            sump.Step(Dt, 100, mains: true);
            Assert.True(sump.Level < Marks.Start2, $"{sump.Level} m after {t} s");
        }

        Assert.Equal(7.5, sump.Inflow, 0.01);
        Assert.True(sump.Pumps.Sum(static p => p.Starts) > 10);
    }

    [Fact]
    public void Alternation_OverManyCycles_SharesTheStarts()
    {
        var sump = Steady(5, 0.5);
        for (var t = 0.0; t < 4 * 3600; t += Dt) sump.Step(Dt, Rain(5), mains: true);
        Assert.InRange(sump.Pumps[0].Starts - sump.Pumps[1].Starts, -1, 1);
        Assert.InRange(sump.Pumps[0].RunSeconds / sump.Pumps[1].RunSeconds, 0.8, 1.25);
    }

    [Fact]
    public void Backup_DutyPumpFailed_TheOtherRuns()
    {
        var sump = Steady(5, 0.79);
        sump.Pumps[0].Fault = true;
        Until(sump, () => sump.Pumps[1].Running);
        Assert.True(sump.Level < Marks.Start2);
    }

    [Fact]
    public void Assist_InflowOverOnePump_StartsBothOneAfterTheOther()
    {
        var sump = Steady(15, 0.79);
        Until(sump, () => sump.Pumps.Any(static p => p.Running));
        Until(sump, () => sump.Pumps.All(static p => p.Running));
        Assert.InRange(sump.Level, Marks.Start2 - 0.02, Marks.Start2 + 0.02);
        Until(sump, () => sump.Pumps.All(static p => !p.Running));
        Assert.InRange(sump.Level, Marks.Stop - 0.02, Marks.Stop + 0.02);
    }

    [Fact]
    public void Float_LevelSensorFrozen_SavesThePit()
    {
        var sump = Steady(7.5, 0.6);
        sump.Freeze(true);
        var highest = 0.0;
        for (var t = 0.0; t < 3 * 3600; t += Dt)
        {
            sump.Step(Dt, Rain(7.5), mains: true);
            highest = Math.Max(highest, sump.Level);
        }

        Assert.Equal(0.6, sump.Shown, 0.01);
        Assert.InRange(highest, Marks.HighHigh, Marks.HighHigh + 0.05);
        Assert.All(sump.Pumps, static p => Assert.True(p.Starts > 3 && !p.Fault));
    }

    [Fact]
    public void Manual_PumpLeftRunning_TripsAtLowLow()
    {
        var sump = Steady(0.2, 0.5);
        sump.Pumps[0].Mode = PumpMode.Manual;
        Until(sump, () => sump.Pumps[0].Fault);
        Assert.Equal(Marks.LowLow, sump.Level, 0.02);
        Assert.False(sump.Pumps[0].Running);
    }

    [Fact]
    public void Rim_WaterOnTheFloor_RisesSlowlyAndNeverPassesTheSensor()
    {
        var sump = Steady(7.5, 1.49);
        foreach (var pump in sump.Pumps) pump.Mode = PumpMode.Off;
        for (var t = 0.0; t < 3600; t += Dt) sump.Step(Dt, Rain(7.5), mains: true);
        Assert.InRange(sump.Level, 1.8, 2.2);
    }

    [Fact]
    public void Mains_Lost_StopsThePumps()
    {
        var sump = Steady(5, 0.9);
        Until(sump, () => sump.Pumps.Any(static p => p.Running));
        sump.Step(Dt, 0, mains: false);
        Assert.All(sump.Pumps, static p => Assert.True(!p.Running && p.Power == 0 && p.Current == 0));
    }

    [Fact]
    public void RunningPump_AfterItsStart_DrawsRatedCurrentAndPower()
    {
        var sump = Steady(5, 0.81);
        Until(sump, () => sump.Pumps[0].Running);
        Assert.True(sump.Pumps[0].Current > 30);
        for (var t = 0.0; t < 5; t += Dt) sump.Step(Dt, Rain(5), mains: true);
        Assert.InRange(sump.Pumps[0].Current, 5, 7);
        Assert.InRange(sump.Pumps[0].Power, 3.3, 3.8);
        Assert.Equal(1, sump.Pumps[0].Starts);
    }

    private static Sump New(Catchment catchment) =>
        new("SP", Marks, catchment, [new("P-1", new()), new("P-2", new())], new(1));

    private static Sump Steady(double inflow, double level)
    {
        var sump = New(new() { Area = 300 });
        (sump.Level, sump.Inflow) = (level, inflow);
        return sump;
    }

    /// <summary>The rain that keeps an inflow up.</summary>
    private static double Rain(double inflow) => inflow * 3600 / (300 * 0.9);

    private static double Until(Sump sump, Func<bool> reached)
    {
        var rain = Rain(sump.Inflow);
        for (var t = 0.0; t < 20_000; t += Dt)
        {
            if (reached()) return t;
            sump.Step(Dt, rain, mains: true);
        }

        throw new InvalidOperationException("Not reached within 20,000 s.");
    }
}
