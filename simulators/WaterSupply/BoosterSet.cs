using Plantroom.Simulators.Physics;

namespace Plantroom.Simulators.WaterSupply;

/// <summary>A booster set behind the municipal main: design and control.</summary>
internal sealed record BoosterDesign
{
    /// <summary>12 m³/h at 60 m, 4 kW.</summary>
    public PumpCurve Curve { get; init; } =
        new(RatedFlow: 12, RatedHead: 60, ShutOffHead: 75, RatedShaftPower: 4, IdlePower: 0.55);

    /// <summary>Its motor, behind the drive.</summary>
    public Motor Motor { get; init; } = new(RatedShaftPower: 4, Efficiency: 0.82);

    /// <summary>Hz at full speed.</summary>
    public double RatedFrequency { get; init; } = 50;

    /// <summary>The slowest speed of the drive, Hz.</summary>
    public double SlowestFrequency { get; init; } = 20;

    /// <summary>What the controller holds, MPa.</summary>
    public double SetPoint { get; init; } = 0.50;

    /// <summary>Proportional gain, Hz/MPa.</summary>
    public double Gain { get; init; } = 60;

    /// <summary>Integral time, s.</summary>
    public double IntegralSeconds { get; init; } = 6;

    /// <summary>How fast the drive changes speed, Hz/s.</summary>
    public double Ramp { get; init; } = 5;

    /// <summary>The pressure of the main, MPa.</summary>
    public double Suction { get; init; } = 0.22;

    /// <summary>Protection: below this pressure of the main the set stops, MPa.</summary>
    public double SuctionStop { get; init; } = 0.10;

    /// <summary>How long the pressure of the main may be too low, s.</summary>
    public double SuctionSeconds { get; init; } = 5;

    /// <summary>The pressure vessel: the time constant of the pressure, s.</summary>
    public double VesselSeconds { get; init; } = 1;

    /// <summary>What people draw over a day at the set point, m³/h.</summary>
    public DayProfile Demand { get; init; } = new(
        [0.5, 0.4, 0.4, 0.4, 0.5, 1.0, 3.0, 6.5, 8.5, 7.0, 6.0, 7.0, 9.0, 7.0, 6.0, 6.0, 6.5, 7.5, 7.0, 5.0, 4.0, 3.0, 1.5, 0.8],
        weekend: 0.4);
}

/// <summary>
/// A duty pump on a drive that holds the pressure at the outlet; the stand-by pump takes turns with it and is not told apart.
/// </summary>
internal sealed class BoosterSet
{
    private const double Drawing = 0.08;
    private readonly BoosterDesign design;
    private readonly Noise draw;
    private readonly Noise main;
    private readonly Noise sensor;
    private double pressure;
    private double frequency;
    private double integral;
    private double flow;
    private double suction;
    private double starved;

    public BoosterSet(string id, BoosterDesign design, Seeds seeds)
    {
        this.design = design;
        draw = seeds.NoiseFor(id + "/draw", Drawing, 90);
        main = seeds.NoiseFor(id + "/main", 0.004, 60);
        sensor = seeds.NoiseFor(id + "/pressure", 0.0008, 5);
        (pressure, suction) = (design.SetPoint, design.Suction);
        frequency = integral = design.RatedFrequency *
            Math.Sqrt((design.SetPoint - design.Suction) / PumpCurve.Pressure(design.Curve.ShutOffHead));
        Device = new(
            id,
            Cadence.Fast,
            new SimulatedPoint("pressure", () => Math.Clamp(pressure + sensor.Value, 0, 2), 4, Deadband: 0.02),
            new SimulatedPoint("suctionPressure", () => Math.Max(0, suction), 4, SimulatedPoint.RegularOnly),
            new SimulatedPoint("flow", () => flow, 2, SimulatedPoint.RegularOnly),
            new SimulatedPoint("frequency", () => frequency, 1, SimulatedPoint.RegularOnly),
            new SimulatedPoint("power", () => Power, 3, SimulatedPoint.RegularOnly),
            SimulatedPoint.Switch("fault", () => Fault));
    }

    public SimulatedDevice Device { get; }

    /// <summary>Stopped by its protection or by a fault that was injected; stays until somebody repairs it.</summary>
    public bool Fault { get; set; }

    /// <summary>The main has burst.</summary>
    public bool SuctionLost { get; set; }

    /// <summary>At the outlet, MPa.</summary>
    public double Pressure => pressure;

    /// <summary>Hz.</summary>
    public double Frequency => frequency;

    /// <summary>m³/h.</summary>
    public double Flow => flow;

    /// <summary>Electrical, kW.</summary>
    public double Power { get; private set; }

    public void Step(double dt, DateTime local, bool mains)
    {
        draw.Step(dt);
        main.Step(dt);
        sensor.Step(dt);
        suction += ((SuctionLost ? 0.03 : design.Suction) + main.Value - suction) * Lag(dt, 3);
        starved = suction < design.SuctionStop ? starved + dt : 0;
        if (starved >= design.SuctionSeconds) Fault = true;
        Control(dt, running: mains && !Fault);
        var demand = design.Demand.At(local) * Math.Max(0.1, 1 + draw.Value);
        flow = demand * Math.Sqrt(Math.Max(0, pressure) / design.SetPoint);
        var speed = frequency / design.RatedFrequency;
        var target = Math.Max(0, suction + PumpCurve.Pressure(Math.Max(0, design.Curve.Head(flow, speed))));
        pressure += (target - pressure) * Lag(dt, design.VesselSeconds);
        Power = design.Motor.Power(design.Curve.ShaftPower(flow, speed));
    }

    private static double Lag(double dt, double seconds) => 1 - Math.Exp(-dt / seconds);

    /// <summary>A PI controller that stops integrating while the drive is at a limit.</summary>
    private void Control(double dt, bool running)
    {
        if (!running)
        {
            integral = 0;
            frequency = Math.Max(0, frequency - 2 * design.Ramp * dt);
            return;
        }

        var error = design.SetPoint - pressure;
        var grown = integral + design.Gain / design.IntegralSeconds * error * dt;
        var wanted = design.Gain * error + grown;
        if ((wanted < design.RatedFrequency || error < 0) && (wanted > design.SlowestFrequency || error > 0)) integral = grown;
        wanted = Math.Clamp(wanted, design.SlowestFrequency, design.RatedFrequency);
        frequency += Math.Clamp(wanted - frequency, -design.Ramp * dt, design.Ramp * dt);
    }
}
