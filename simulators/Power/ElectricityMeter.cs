using Plantroom.Simulators.Physics;

namespace Plantroom.Simulators.Power;

/// <summary>A meter: the energy is the integral of the power.</summary>
internal sealed class ElectricityMeter
{
    private const double Nominal = 230;
    private readonly Noise voltage;
    private readonly Noise factor;
    private readonly double powerFactor;
    private bool live = true;

    public ElectricityMeter(string id, double powerFactor, Seeds seeds)
    {
        this.powerFactor = powerFactor;
        voltage = seeds.NoiseFor(id + "/voltage", 1.2, 120);
        factor = seeds.NoiseFor(id + "/factor", 0.006, 300);
        Id = id;
        Device = new(
            id,
            Cadence.Metering,
            new SimulatedPoint("power", () => Power, 3, SimulatedPoint.RegularOnly),
            new SimulatedPoint("energy", () => Energy, 3, SimulatedPoint.RegularOnly),
            new SimulatedPoint("powerFactor", () => PowerFactor, 3, SimulatedPoint.RegularOnly),
            new SimulatedPoint("voltage", () => live ? Nominal + voltage.Value : 0, 1, Deadband: 10));
    }

    public string Id { get; }

    public SimulatedDevice Device { get; }

    /// <summary>kW.</summary>
    public double Power { get; private set; }

    /// <summary>kWh.</summary>
    public double Energy { get; set; }

    private double PowerFactor => live ? Math.Clamp(powerFactor + factor.Value, -1, 1) : 0;

    public void Step(double dt, double power, bool mains)
    {
        live = mains;
        voltage.Step(dt);
        factor.Step(dt);
        Power = mains ? power : 0;
        Energy += Power * dt / 3600;
    }
}
