using Plantroom.Simulators.Physics;

namespace Plantroom.Simulators.Fire;

/// <summary>A fire alarm panel with its battery.</summary>
internal sealed class FirePanel
{
    private const double Floating = 27.3;
    private const double Empty = 21.6;
    private const double EmptySeconds = 24 * 3600;
    private readonly Noise noise;
    private double battery = Floating;

    public FirePanel(string id, Seeds seeds)
    {
        noise = seeds.NoiseFor(id + "/battery", 0.02, 60);
        Device = new(
            id,
            Cadence.KeepAlive,
            SimulatedPoint.Switch("fire", () => Fire),
            SimulatedPoint.Switch("trouble", () => Trouble),
            SimulatedPoint.Switch("mains", () => Mains),
            new SimulatedPoint("battery", () => battery + noise.Value, 2, SimulatedPoint.RegularOnly));
    }

    public SimulatedDevice Device { get; }

    public bool Fire { get; set; }

    public bool Trouble { get; set; }

    public bool Mains { get; private set; } = true;

    public void Step(double dt, bool mains)
    {
        noise.Step(dt);
        Mains = mains;
        var towards = mains ? Floating - battery : Empty - battery;
        var most = (Floating - Empty) / EmptySeconds * dt;
        battery += mains ? towards * Math.Min(1, dt / 600) : Math.Max(towards, -most);
    }
}
