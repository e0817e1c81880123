using Plantroom.Simulators.Physics;

namespace Plantroom.Simulators.Lighting;

/// <summary>A lighting circuit with its room.</summary>
internal sealed record LightingDesign
{
    /// <summary>P_r, all lamps at full light, kW.</summary>
    public required double RatedPower { get; init; }

    /// <summary>P_std, drivers on standby, kW.</summary>
    public double Standby { get; init; } = 0.02;

    /// <summary>E_r, from new lamps at full light, lx.</summary>
    public required double FullLight { get; init; }

    /// <summary>What the controller holds, lx.</summary>
    public required double Target { get; init; }

    /// <summary>T, the share of the light outside that comes in.</summary>
    public double Transmission { get; init; }

    /// <summary>From 0 to 1: the share of the target that is wanted over a day; 0 switches off.</summary>
    public required DayProfile Schedule { get; init; }

    /// <summary>How many hours the lamps have burnt.</summary>
    public double BurntHours { get; init; } = 5000;

    /// <summary>Loss of light per hour: LEDs have 70 % left after 50,000 h.</summary>
    public double Decay { get; init; } = 7.13e-6;

    /// <summary>The least a driver can do; below it the circuit is switched off.</summary>
    public double LeastDimming { get; init; } = 0.1;
}

/// <summary>
/// Holds the target with as little lamp light as daylight leaves to do: <c>E = E_day·T + E_r·u·LLMF</c>,
/// <c>P = P_std + P_r·u</c>.
/// </summary>
internal sealed class LightingCircuit
{
    private const double FadeSeconds = 20;
    private readonly LightingDesign design;
    private readonly Noise noise;
    private double dimming;
    private double daylight;
    private double shownLight;
    private bool powered;

    public LightingCircuit(string id, LightingDesign design, Seeds seeds)
    {
        this.design = design;
        noise = seeds.NoiseFor(id + "/illuminance", 0.005, 20);
        Device = new(
            id,
            Cadence.KeepAlive,
            SimulatedPoint.Switch("on", () => On),
            new SimulatedPoint("dimming", () => On ? dimming * 100 : 0, 0, Deadband: 4),
            new SimulatedPoint("illuminance", () => Math.Clamp(shownLight, 0, 100_000), 0, SimulatedPoint.RegularOnly),
            new SimulatedPoint("power", () => Power, 3, Deadband: 0.2));
    }

    public SimulatedDevice Device { get; }

    public bool On { get; private set; }

    /// <summary>0 to 1.</summary>
    public double Dimming => On ? dimming : 0;

    /// <summary>In the room, lx.</summary>
    public double Illuminance => daylight + design.FullLight * Dimming * Maintenance;

    /// <summary>kW.</summary>
    public double Power => powered ? design.Standby + design.RatedPower * Dimming : 0;

    private double Maintenance => Math.Exp(-design.Decay * design.BurntHours);

    public void Step(double dt, DateTime local, double outside, bool mains)
    {
        powered = mains;
        noise.Step(dt);
        daylight = outside * design.Transmission;
        var wanted = design.Schedule.At(local) * design.Target;
        var needed = Math.Clamp((wanted - daylight) / (design.FullLight * Maintenance), 0, 1);
        dimming += (needed - dimming) * (1 - Math.Exp(-dt / FadeSeconds));
        On = mains && dimming >= design.LeastDimming * (On ? 0.8 : 1);
        shownLight = Illuminance * (1 + noise.Value);
    }
}
