using Plantroom.Simulators.Physics;
using Plantroom.Simulators.WaterSupply;

namespace Plantroom.Simulators.Tests.WaterSupply;

public sealed class BoosterSetTests
{
    private const double Dt = 0.2;
    private static readonly DateTime Morning = new(2026, 6, 1, 6, 0, 0);
    private readonly BoosterSet set = new("BS-1", new(), new Seeds(1));

    [Fact]
    public void Pressure_OverADay_StaysWithinTheControlBand()
    {
        var flows = new List<double>();
        Run(Morning, 24 * 3600, () =>
        {
            Assert.InRange(set.Pressure, 0.48, 0.52);
            Assert.InRange(set.Frequency, 20, 50);
            flows.Add(set.Flow);
        });
        Assert.InRange(flows.Max(), 7, 12);
        Assert.InRange(flows.Min(), 0.2, 0.6);
    }

    [Fact]
    public void Drive_WithMoreDemand_RunsFasterAndDrawsMore()
    {
        Run(Morning.AddHours(-3), 600);
        var night = (set.Frequency, set.Power);
        Run(Morning.AddHours(6), 600);
        Assert.True(set.Frequency > night.Frequency + 1 && set.Power > night.Power + 0.3);
    }

    [Fact]
    public void Suction_Lost_StopsTheSetUntilItIsRepaired()
    {
        Run(Morning, 60);
        set.SuctionLost = true;
        Run(Morning, 300);
        Assert.True(set.Fault);
        Assert.True(set.Pressure < 0.1);
        Assert.Equal(0, set.Power, 3);
        set.SuctionLost = false;
        Run(Morning, 60);
        Assert.True(set.Fault);
        set.Fault = false;
        Run(Morning, 60);
        Assert.InRange(set.Pressure, 0.48, 0.52);
    }

    [Fact]
    public void Ramp_FromStandstill_IsNeverFasterThanTheDrive()
    {
        set.Fault = true;
        Run(Morning, 60);
        set.Fault = false;
        var before = set.Frequency;
        Run(Morning, 20, () =>
        {
            Assert.True(set.Frequency - before <= 5 * Dt + 1e-9);
            before = set.Frequency;
        });
    }

    private void Run(DateTime from, double seconds, Action? each = null)
    {
        for (var t = 0.0; t < seconds; t += Dt)
        {
            set.Step(Dt, from.AddSeconds(t), mains: true);
            each?.Invoke();
        }
    }
}
