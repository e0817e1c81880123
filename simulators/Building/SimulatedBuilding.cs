using Plantroom.Simulators.Drainage;
using Plantroom.Simulators.Fire;
using Plantroom.Simulators.Lifts;
using Plantroom.Simulators.Lighting;
using Plantroom.Simulators.Physics;
using Plantroom.Simulators.Power;
using Plantroom.Simulators.Script;
using Plantroom.Simulators.WaterSupply;
using Plantroom.Simulators.Weather;

namespace Plantroom.Simulators.Building;

/// <summary>
/// The building as physics sees it. Pure: the same seed, scenario, start and lead give the same readings, in whatever portions
/// the time is stepped, because the lengths of the steps in which it is integrated are fixed.
/// <code>
/// rain ── catchments ── sumps ── drain pumps ──┐
/// sun, clouds ── lighting circuits ────────────┼── meters M-1..M-4 ── M-0
/// people ── lifts, booster set, tenants ───────┘
/// </code>
/// </summary>
internal sealed class SimulatedBuilding
{
    /// <summary>The length of a step.</summary>
    public static readonly TimeSpan SubStep = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// The length of a step before the start, of which only a reading a minute is told: the time until the first live reading is
    /// the time that these steps take.
    /// </summary>
    public static readonly TimeSpan PastStep = TimeSpan.FromSeconds(1);

    /// <summary>How long before the start the steps are fine again.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(1);

    private readonly Scenario scenario;
    private readonly DateTime start;
    private readonly TimeZoneInfo zone;
    private readonly Daylight daylight;
    private readonly Consumers consumers;
    private TimeSpan owed;
    private bool started;
    private int nextEvent;

    /// <param name="scenario">What happens.</param>
    /// <param name="seed">Of all random numbers.</param>
    /// <param name="start">When the scenario starts, UTC.</param>
    /// <param name="lead">How long before it the simulation begins.</param>
    /// <param name="zone">The time zone of the people in the building.</param>
    public SimulatedBuilding(Scenario scenario, int seed, DateTime start, TimeSpan lead, TimeZoneInfo zone)
    {
        this.scenario = scenario;
        this.start = start;
        this.zone = zone;
        Now = start - lead;
        var seeds = new Seeds(seed);
        daylight = new(seeds);
        consumers = new(seeds);
        Gauge = new("RG-1");
        Sumps =
        [
            BuildSump("SP-1", new() { Area = 40, Seepage = 0.15 }, ["P-101", "P-102"], seeds),
            BuildSump("SP-2", new() { Area = 300, Seepage = 0.05 }, ["P-201", "P-202"], seeds),
        ];
        Booster = new("BS-1", new(), seeds);
        Lifts = [new("L-1", new(), seeds), new("L-2", new(), seeds)];
        Circuits = [new("LC-1", LightingPlan.Garage, seeds), new("LC-2", LightingPlan.Lobby, seeds)];
        Panel = new("FP-1", seeds);
        MainMeter = new("M-0", 0.95, seeds);
        SubMeters = [new("M-1", 0.86, seeds), new("M-2", 0.78, seeds), new("M-3", 0.97, seeds), new("M-4", 0.96, seeds)];
        Devices =
        [
            Gauge.Device, .. Sumps.Select(static s => s.Device), .. Pumps.Select(static p => p.Device), Booster.Device,
            .. Lifts.Select(static l => l.Device), .. Circuits.Select(static c => c.Device), MainMeter.Device,
            .. SubMeters.Select(static m => m.Device), Panel.Device,
        ];
    }

    /// <summary>The time in the building, UTC.</summary>
    public DateTime Now { get; private set; }

    public RainGauge Gauge { get; }

    public IReadOnlyList<Sump> Sumps { get; }

    public IEnumerable<DrainPump> Pumps => Sumps.SelectMany(static s => s.Pumps);

    public BoosterSet Booster { get; }

    public IReadOnlyList<Lift> Lifts { get; }

    public IReadOnlyList<LightingCircuit> Circuits { get; }

    /// <summary>M-0.</summary>
    public ElectricityMeter MainMeter { get; }

    /// <summary>M-1 to M-4.</summary>
    public IReadOnlyList<ElectricityMeter> SubMeters { get; }

    public FirePanel Panel { get; }

    /// <summary>Whether there is power.</summary>
    public bool Mains { get; set; } = true;

    /// <summary>Everything that reports.</summary>
    public IReadOnlyList<SimulatedDevice> Devices { get; }

    /// <summary>Lets time pass. What is left over from a whole step is kept for the next call.</summary>
    public void Step(TimeSpan by)
    {
        owed += by;
        for (var step = NextStep; owed >= step; step = NextStep)
        {
            owed -= step;
            Now += step;
            Happen();
            Integrate(step.TotalSeconds);
        }
    }

    /// <summary>Lets time pass until a moment; does nothing when it has passed already.</summary>
    public void Advance(DateTime until)
    {
        if (until > Now + owed) Step(until - Now - owed);
    }

    private TimeSpan NextStep => Now + PastStep <= start - Settling ? PastStep : SubStep;

    private static Sump BuildSump(string id, Catchment catchment, string[] pumps, Seeds seeds) =>
        new(id, new(), catchment, [.. pumps.Select(static p => new DrainPump(p, new()))], seeds);

    private void Happen()
    {
        if (Now < start) return;
        if (!started)
        {
            started = true;
            foreach (var initial in scenario.Initial) this.Apply(initial);
        }

        while (nextEvent < scenario.Events.Count && Now - start >= scenario.Events[nextEvent].At)
            this.Apply(scenario.Events[nextEvent++]);
    }

    private void Integrate(double dt)
    {
        var local = TimeZoneInfo.ConvertTimeFromUtc(Now, zone);
        var rain = scenario.Rain.At((Now - start).TotalSeconds);
        daylight.Step(dt, Now, rain);
        consumers.Step(dt, local);
        Gauge.Step(dt, rain);
        foreach (var sump in Sumps) sump.Step(dt, rain, Mains);
        Booster.Step(dt, local, Mains);
        foreach (var lift in Lifts) lift.Step(dt, local, Mains);
        foreach (var circuit in Circuits) circuit.Step(dt, local, daylight.Illuminance, Mains);
        Panel.Step(dt, Mains);
        Measure(dt);
    }

    private void Measure(double dt)
    {
        ReadOnlySpan<double> powers =
        [
            Pumps.Sum(static p => p.Power) + Booster.Power + consumers.Ventilation,
            Lifts.Sum(static l => l.Power),
            Circuits.Sum(static c => c.Power) + Consumers.Corridors,
            consumers.Tenants,
        ];
        for (var i = 0; i < SubMeters.Count; i++) SubMeters[i].Step(dt, powers[i], Mains);
        MainMeter.Step(dt, SubMeters.Sum(static m => m.Power) * (1 + Consumers.Loss), Mains);
    }
}
