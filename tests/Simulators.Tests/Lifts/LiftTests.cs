using Plantroom.Simulators.Lifts;
using Plantroom.Simulators.Physics;

namespace Plantroom.Simulators.Tests.Lifts;

public sealed class LiftTests
{
    private const double Dt = 0.2;
    private static readonly DateTime Morning = new(2026, 6, 1, 8, 0, 0);
    private static readonly int[] Displays = [.. new LiftDesign().Landings];

    [Theory]
    [InlineData(1, 4.7)]
    [InlineData(5, 11.4)]
    [InlineData(10, 20.0)]
    [InlineData(20, 37.1)]
    public void TripSeconds_OfTheDesign_MatchesTheCalculation(int floors, double seconds) =>
        Assert.Equal(seconds, new LiftDesign().Motion.TripSeconds(floors * 3.0), 0.05);

    [Theory]
    [InlineData(1, 4.4)]
    [InlineData(5, 9.3)]
    [InlineData(10, 15.3)]
    [InlineData(20, 27.3)]
    public void TripSeconds_OfAFasterLift_MatchesTheCalculation(int floors, double seconds) =>
        Assert.Equal(seconds, new LiftMotion(2.5, 1.0, 1.2).TripSeconds(floors * 3.0), 0.05);

    [Fact]
    public void TripSeconds_WithinJerkLimit_IsTheCubicBranch() =>
        Assert.Equal(Math.Cbrt(32), new LiftMotion(2.5, 1.0, 1.0).TripSeconds(1), 6);

    [Fact]
    public void Traffic_InTheMorning_IsDenserThanAtNight()
    {
        var busy = Run(New(), Morning, 3600).Trips;
        var quiet = Run(New(), Morning.AddHours(-5), 3600).Trips;
        Assert.InRange(busy, 60, 200);
        Assert.InRange(quiet, 0, 10);
    }

    [Fact]
    public void Lift_WhileItWorks_ShowsOnlyLandingsAndNeverMovesWithAnOpenDoor()
    {
        var lift = New();
        var seen = new HashSet<int>();
        Run(lift, Morning, 3600, () =>
        {
            seen.Add(lift.Floor);
            Assert.False(lift.DoorOpen && lift.Direction != 0);
            Assert.InRange(lift.Power, 0.2, 20);
        });
        Assert.Subset(Displays.ToHashSet(), seen);
        Assert.True(seen.Count > 8);
    }

    [Fact]
    public void Entrapment_UntilReleased_HoldsTheCarBetweenFloors()
    {
        var lift = New();
        lift.Entrap();
        Run(lift, Morning, 600);
        Assert.True(lift is { Trapped: true, Fault: true, Mode: ServiceMode.OutOfService, Direction: 0, DoorOpen: false });
        lift.Release();
        Assert.False(lift.Trapped);
        Run(lift, Morning, 60);
        Assert.True(lift is { Fault: false, Mode: ServiceMode.Normal });
    }

    [Fact]
    public void Recall_OnFire_BringsTheCarToTheEntranceAndKeepsTheDoorOpen()
    {
        var lift = Run(New(), Morning, 600);
        lift.Recall(fire: true);
        Run(lift, Morning, 120);
        Run(lift, Morning, 300, () => Assert.True(lift is { Mode: ServiceMode.FireRecall, Floor: 1, DoorOpen: true }));
        var trips = lift.Trips;
        lift.Recall(fire: false);
        Run(lift, Morning, 600);
        Assert.True(lift.Trips > trips);
    }

    [Fact]
    public void Mains_Lost_StopsTheCarAndItGoesOnAfterwards()
    {
        var lift = New();
        Run(lift, Morning, 3600, () => { }, () => lift.Direction != 0);
        lift.Step(Dt, Morning, mains: false);
        Assert.Equal((0, 0.0), (lift.Direction, lift.Power));
        lift.Release();
        Run(lift, Morning, 120);
        Assert.False(lift.Trapped);
        Assert.True(lift.Power >= 0.2);
    }

    private static Lift New() => new("L-1", new(), new Seeds(3));

    private static Lift Run(Lift lift, DateTime from, double seconds, Action? each = null, Func<bool>? until = null)
    {
        for (var t = 0.0; t < seconds; t += Dt)
        {
            lift.Step(Dt, from.AddSeconds(t), mains: true);
            each?.Invoke();
            if (until?.Invoke() == true) break;
        }

        return lift;
    }
}
