using Plantroom.Simulators.Drainage;
using Plantroom.Simulators.Physics;
using Plantroom.Simulators.WaterSupply;

namespace Plantroom.Simulators.Tests.Physics;

public sealed class PumpCurveTests
{
    private static readonly PumpCurve Booster = new BoosterDesign().Curve;

    [Theory]
    [InlineData(6, 1.0, 71.3)]
    [InlineData(9, 1.0, 66.6)]
    [InlineData(12, 1.0, 60.0)]
    [InlineData(14, 1.0, 54.6)]
    [InlineData(9.6, 0.8, 38.4)]
    public void BoosterHead_AtFlowAndSpeed_MatchesTheCalculation(double flow, double speed, double head) =>
        Assert.Equal(head, Booster.Head(flow, speed), 0.1);

    [Fact]
    public void ShaftPower_AtSimilarPoints_FollowsTheCubeOfTheSpeed() =>
        Assert.Equal(0.512, Booster.ShaftPower(9.6, 0.8) / Booster.ShaftPower(12, 1), 0.001);

    [Fact]
    public void FlowAgainst_HeadTooHigh_IsZero() => Assert.Equal(0, Booster.FlowAgainst(76, 0, 1));

    [Fact]
    public void DrainPump_InTheMiddleOfTheActiveVolume_MovesTenLitresPerSecond() =>
        Assert.Equal(10, new DrainPumpDesign().Flow(0.55), 0.01);

    [Theory]
    [InlineData(0, 0.25)]
    [InlineData(0.5, 0.65)]
    [InlineData(0.75, 0.80)]
    [InlineData(1, 0.86)]
    [InlineData(1.2, 0.86)]
    public void PowerFactor_OfALoad_FollowsTheTable(double load, double expected) =>
        Assert.Equal(expected, Motor.PowerFactor(load), 0.001);

    [Fact]
    public void Current_OfAThreeKilowattPump_IsAboutSixAmperes() => Assert.InRange(new Motor(3).Current(3), 5.5, 6.5);
}
