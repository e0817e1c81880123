using Plantroom.Simulators.Physics;

namespace Plantroom.Simulators.Drainage;

/// <summary>The selector switch of a pump. The numbers are those of the site model.</summary>
internal enum PumpMode
{
    Off = 0,
    Auto = 1,
    Manual = 2,
}

/// <summary>A drain pump with its starter and its protection.</summary>
internal sealed class DrainPump
{
    private readonly DrainPumpDesign design;
    private double sinceStart;
    private double dry;

    public DrainPump(string id, DrainPumpDesign design)
    {
        this.design = design;
        Id = id;
        Device = new(
            id,
            Cadence.KeepAlive,
            SimulatedPoint.Switch("running", () => Running),
            SimulatedPoint.Switch("fault", () => Fault),
            new SimulatedPoint("mode", () => (int)Mode),
            new SimulatedPoint("current", () => Current, 1, Deadband: 0.5),
            new SimulatedPoint("power", () => Power, 2, Deadband: 0.2),
            new SimulatedPoint("starts", () => Starts),
            new SimulatedPoint("runHours", () => RunSeconds / 3600, 3, SimulatedPoint.RegularOnly));
    }

    public string Id { get; }

    public SimulatedDevice Device { get; }

    public PumpMode Mode { get; set; } = PumpMode.Auto;

    /// <summary>Tripped, by a fault that was injected or by its protection; stays until somebody repairs it.</summary>
    public bool Fault { get; set; }

    public bool Running { get; private set; }

    public long Starts { get; private set; }

    public double RunSeconds { get; private set; }

    /// <summary>What it moves, L/s.</summary>
    public double Flow { get; private set; }

    /// <summary>Electrical, kW.</summary>
    public double Power { get; private set; }

    /// <summary>A.</summary>
    public double Current { get; private set; }

    /// <summary>Whether the controller can use it.</summary>
    public bool Available => Mode is PumpMode.Auto && !Fault;

    /// <param name="dt">s.</param>
    /// <param name="command">Whether the controller wants it to run; a pump in manual runs anyway.</param>
    /// <param name="level">Of the water, m.</param>
    /// <param name="lowLow">Whether the level sensor shows too little water for a pump.</param>
    /// <param name="mains">Whether there is power.</param>
    public void Step(double dt, bool command, double level, bool lowLow, bool mains)
    {
        var run = mains && !Fault && (Mode is PumpMode.Manual || (Mode is PumpMode.Auto && command));
        if (run && lowLow && Running) Fault = true;
        if (run && !Running) Start();
        Running = run && !Fault;
        Flow = Running ? design.Flow(level) : 0;
        if (Running) Run(dt);
        else (Power, Current, dry) = (0, 0, 0);
    }

    /// <summary>Goes on from earlier counts.</summary>
    public void Resume(long starts, double runHours) => (Starts, RunSeconds) = (starts, runHours * 3600);

    private void Start()
    {
        Starts++;
        sinceStart = 0;
    }

    private void Run(double dt)
    {
        sinceStart += dt;
        RunSeconds += dt;
        var shaft = design.Curve.ShaftPower(Flow * 3.6, 1);
        Power = design.Motor.Power(shaft);
        Current = design.Motor.Current(shaft) * (sinceStart < design.StartSeconds ? design.StartCurrent : 1);
        dry = Flow > 0 ? 0 : dry + dt;
        if (dry >= design.DryRunSeconds) Fault = true;
    }
}
