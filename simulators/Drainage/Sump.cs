using Plantroom.Simulators.Physics;

namespace Plantroom.Simulators.Drainage;

/// <summary>
/// A pit with its pumps: <c>A·dL/dt = (Q_in − ΣQ_pump)/1000</c>, the inflow following the rain with a lag. Above the rim the
/// water spreads over the floor.
/// </summary>
internal sealed class Sump
{
    private const double LevelNoise = 0.002;
    private const double Deepest = 3;
    private readonly SumpGeometry geometry;
    private readonly Catchment catchment;
    private readonly SumpController controller;
    private readonly Noise noise;
    private double? frozen;

    public Sump(
        string id,
        SumpGeometry geometry,
        Catchment catchment,
        IReadOnlyList<DrainPump> pumps,
        Seeds seeds,
        SumpControl? control = null)
    {
        this.geometry = geometry;
        this.catchment = catchment;
        Pumps = pumps;
        controller = new(geometry, control ?? new(), pumps);
        noise = seeds.NoiseFor(id + "/level", LevelNoise, 3);
        Level = (geometry.Stop + geometry.Start1) / 2;
        Inflow = catchment.Seepage;
        Device = new(
            id,
            () => Raining ? Cadence.Fastest : Cadence.Fast,
            [
                new SimulatedPoint("level", () => Shown, 3, SimulatedPoint.RegularOnly),
                SimulatedPoint.Switch("highFloat", () => HighFloat),
            ]);
        Id = id;
    }

    public string Id { get; }

    public SimulatedDevice Device { get; }

    public IReadOnlyList<DrainPump> Pumps { get; }

    /// <summary>Of the water, m.</summary>
    public double Level { get; set; }

    /// <summary>L/s.</summary>
    public double Inflow { get; set; }

    /// <summary>What the level sensor shows, m.</summary>
    public double Shown => frozen ?? Math.Clamp(Level + noise.Value, 0, Deepest);

    public bool HighFloat { get; private set; }

    private bool Raining { get; set; }

    /// <summary>The level sensor keeps showing what it shows now, or measures again.</summary>
    public void Freeze(bool freeze) => frozen = freeze ? Shown : null;

    public void Step(double dt, double rain, bool mains)
    {
        Raining = rain > 0;
        noise.Step(dt);
        Inflow += (catchment.Inflow(rain) - Inflow) * (1 - Math.Exp(-dt / catchment.Lag));
        HighFloat = Level >= geometry.HighHigh - (HighFloat ? geometry.FloatHysteresis : 0);
        controller.Step(dt, Shown, HighFloat);
        var outflow = 0.0;
        for (var i = 0; i < Pumps.Count; i++)
        {
            Pumps[i].Step(dt, controller[i], Level, Shown <= geometry.LowLow, mains);
            outflow += Pumps[i].Flow;
        }

        var area = Level < geometry.Rim ? geometry.Area : geometry.FloorArea;
        Level = Math.Clamp(Level + (Inflow - outflow) / 1000 / area * dt, 0, Deepest);
    }
}
