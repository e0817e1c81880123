using Plantroom.Simulators.Lighting;
using Plantroom.Simulators.Physics;

namespace Plantroom.Simulators.Tests.Lighting;

public sealed class LightingCircuitTests
{
    private static readonly DateTime Noon = new(2026, 6, 1, 12, 0, 0);

    [Theory]
    [InlineData(5_000, 0.965)]
    [InlineData(25_000, 0.837)]
    [InlineData(50_000, 0.70)]
    public void Illuminance_OfOldLamps_FallsWithTheHours(double hours, double share)
    {
        var design = LightingPlan.Garage with { BurntHours = hours, FullLight = 100, Target = 200 };
        Assert.Equal(100 * share, Settle(new("LC-1", design, new Seeds(1)), Noon, 0).Illuminance, 0.1);
    }

    [Fact]
    public void Lobby_WithoutDaylight_HoldsTheTarget()
    {
        var lobby = Settle(new("LC-2", LightingPlan.Lobby, new Seeds(1)), Noon, 0);
        Assert.Equal(200, lobby.Illuminance, 1.0);
        Assert.Equal(0.02 + 1.6 * lobby.Dimming, lobby.Power, 6);
    }

    [Fact]
    public void Lobby_WithSomeDaylight_DimsAndWithMuchSwitchesOff()
    {
        var lobby = new LightingCircuit("LC-2", LightingPlan.Lobby, new Seeds(1));
        var dark = Settle(lobby, Noon, 0).Dimming;
        Assert.True(Settle(lobby, Noon, 20_000).Dimming < dark * 0.6);
        Assert.False(Settle(lobby, Noon, 60_000).On);
        Assert.Equal(0.02, lobby.Power, 6);
        Assert.Equal(300, lobby.Illuminance, 1.0);
    }

    [Fact]
    public void Lobby_AtNight_IsOff() =>
        Assert.False(Settle(new("LC-2", LightingPlan.Lobby, new Seeds(1)), Noon.AddHours(-10), 0).On);

    [Fact]
    public void Mains_Lost_SwitchesOffAndDrawsNothing()
    {
        var garage = Settle(new("LC-1", LightingPlan.Garage, new Seeds(1)), Noon, 0);
        garage.Step(0.2, Noon, 0, mains: false);
        Assert.False(garage.On);
        Assert.Equal(0, garage.Power);
    }

    private static LightingCircuit Settle(LightingCircuit circuit, DateTime local, double outside)
    {
        for (var t = 0.0; t < 300; t += 0.2) circuit.Step(0.2, local, outside, mains: true);
        return circuit;
    }
}
