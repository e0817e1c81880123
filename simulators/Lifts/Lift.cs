using Plantroom.Simulators.Physics;

namespace Plantroom.Simulators.Lifts;

/// <summary>The numbers are those of the site model.</summary>
internal enum ServiceMode
{
    OutOfService = 0,
    Normal = 1,
    Inspection = 2,
    FireRecall = 3,
}

/// <summary>
/// A lift: people call it, it comes, opens, and takes them to where they want to go.
/// <code>
/// Idle ─call─ Moving ─arrived─ Opening ─ Open ─ Closing ─rider─ Moving ...
///                └─trapped, no power─ Stuck ─released─ Moving, to where it was going
/// </code>
/// </summary>
internal sealed class Lift
{
    private readonly LiftDesign design;
    private readonly Random random;
    private readonly TrafficSource traffic;
    private Phase phase = Phase.Idle;
    private double remaining;
    private double tripSeconds;
    private int from;
    private int to;
    private int? rider;
    private double load;

    public Lift(string id, LiftDesign design, Seeds seeds)
    {
        this.design = design;
        random = seeds.For(id + "/load");
        traffic = new(design, seeds.For(id + "/traffic"));
        from = to = design.Entrance;
        Id = id;
        Device = new(
            id,
            Cadence.KeepAlive,
            new SimulatedPoint("serviceMode", () => (int)Mode),
            new SimulatedPoint("floor", () => Floor),
            new SimulatedPoint("direction", () => Direction),
            SimulatedPoint.Switch("doorOpen", () => DoorOpen),
            SimulatedPoint.Switch("entrapment", () => Trapped),
            SimulatedPoint.Switch("fault", () => Fault),
            new SimulatedPoint("trips", () => Trips, 0, SimulatedPoint.RegularOnly));
    }

    private enum Phase
    {
        Idle,
        Moving,
        Opening,
        Open,
        Closing,
        Stuck,
    }

    public string Id { get; }

    public SimulatedDevice Device { get; }

    public ServiceMode Mode { get; private set; } = ServiceMode.Normal;

    public bool Trapped { get; private set; }

    public bool Fault { get; private set; }

    public long Trips { get; set; }

    public bool DoorOpen => phase is Phase.Opening or Phase.Open or Phase.Closing;

    /// <summary>0 standing, 1 up, 2 down.</summary>
    public int Direction => phase is Phase.Moving && from != to ? to > from ? 1 : 2 : 0;

    /// <summary>What the display shows: the landing that is nearest.</summary>
    public int Floor => design.Landings[(int)Math.Round(Position)];

    /// <summary>Electrical, kW.</summary>
    public double Power { get; private set; }

    private double Position =>
        phase is Phase.Moving or Phase.Stuck ? from + (to - from) * (1 - Math.Max(0, remaining) / tripSeconds) : to;

    /// <summary>The next trip ends between two floors, with somebody in the car.</summary>
    public void Entrap()
    {
        if (phase is not Phase.Moving) Depart(to == design.Entrance ? design.Landings.Count - 1 : design.Entrance);
        remaining = tripSeconds / 2;
        Stick(trapped: true);
    }

    /// <summary>The technician has been.</summary>
    public void Release()
    {
        (Trapped, Fault, Mode) = (false, false, ServiceMode.Normal);
        if (phase is Phase.Stuck) phase = Phase.Moving;
    }

    /// <summary>Every car goes to the entrance and stays there with the door open.</summary>
    public void Recall(bool fire)
    {
        if (phase is Phase.Stuck) return;
        Mode = fire ? ServiceMode.FireRecall : ServiceMode.Normal;
        rider = null;
    }

    public void Step(double dt, DateTime local, bool mains)
    {
        Power = mains ? design.Standby : 0;
        if (!mains)
        {
            if (phase is Phase.Moving) Stick(trapped: load > 0);
            return;
        }

        if (phase is Phase.Stuck && !Fault) phase = Phase.Moving;
        if (phase is Phase.Moving) Power = Math.Max(design.Standby, design.Standby + Drive());
        var call = traffic.Next(dt, local);
        if (phase is Phase.Idle) Answer(call);
        else Advance(dt);
    }

    private void Stick(bool trapped)
    {
        phase = Phase.Stuck;
        Trapped = trapped;
        Fault = trapped;
        if (trapped) Mode = ServiceMode.OutOfService;
    }

    private void Answer((int From, int To)? call)
    {
        if (Mode is ServiceMode.FireRecall)
        {
            if (to != design.Entrance) Depart(design.Entrance);
            else Enter(Phase.Open, design.DoorDwell);
        }
        else if (call is { } people)
        {
            rider = people.To;
            load = 0;
            if (people.From == to) Enter(Phase.Opening, design.DoorOpening);
            else Depart(people.From);
        }
    }

    private void Depart(int landing)
    {
        (from, to) = (to, landing);
        tripSeconds = design.Motion.TripSeconds(Math.Abs(to - from) * design.FloorHeight);
        Trips++;
        Enter(Phase.Moving, tripSeconds);
    }

    private void Enter(Phase next, double seconds) => (phase, remaining) = (next, seconds);

    private void Advance(double dt)
    {
        remaining -= dt;
        if (remaining > 0) return;
        switch (phase)
        {
            case Phase.Moving:
                remaining = 0;
                Enter(Phase.Opening, design.DoorOpening);
                break;
            case Phase.Opening:
                Enter(Phase.Open, design.DoorDwell);
                break;
            case Phase.Open when Mode is ServiceMode.FireRecall && to == design.Entrance:
                remaining = design.DoorDwell;
                break;
            case Phase.Open:
                Enter(Phase.Closing, design.DoorClosing);
                break;
            case Phase.Closing:
                GoOn();
                break;
        }
    }

    /// <summary>Somebody got in, or everybody has got out.</summary>
    private void GoOn()
    {
        if (rider is { } landing && landing != to)
        {
            rider = null;
            load = design.Person * random.Next(1, 9);
            Depart(landing);
            return;
        }

        rider = null;
        load = 0;
        Enter(Phase.Idle, 0);
    }

    /// <summary>Power at constant speed, kW; negative when the heavier side goes down.</summary>
    private double Drive()
    {
        var unbalanced = load - design.Balance * design.RatedLoad;
        var power = unbalanced * 9.81 * design.Motion.Speed / 1000 * (to > from ? 1 : -1);
        return power > 0 ? power / design.Efficiency : power;
    }
}
