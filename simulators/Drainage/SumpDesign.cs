using Plantroom.Simulators.Physics;

namespace Plantroom.Simulators.Drainage;

/// <summary>The pit: heights in m above its floor, areas in m².</summary>
internal sealed record SumpGeometry
{
    /// <summary>Plan of the pit: 2.0 m x 1.5 m.</summary>
    public double Area { get; init; } = 3.0;

    /// <summary>Dry-run protection trips the pumps.</summary>
    public double LowLow { get; init; } = 0.20;

    /// <summary>All pumps stop.</summary>
    public double Stop { get; init; } = 0.30;

    /// <summary>The duty pump starts.</summary>
    public double Start1 { get; init; } = 0.80;

    /// <summary>The other pump starts as well.</summary>
    public double Start2 { get; init; } = 1.00;

    /// <summary>The float that is wired past the controller.</summary>
    public double HighHigh { get; init; } = 1.35;

    /// <summary>Water runs onto the floor.</summary>
    public double Rim { get; init; } = 1.50;

    /// <summary>The floor that is flooded then.</summary>
    public double FloorArea { get; init; } = 60;

    /// <summary>How much lower the float falls back.</summary>
    public double FloatHysteresis { get; init; } = 0.05;
}

/// <summary>Where the water comes from.</summary>
internal sealed record Catchment
{
    /// <summary>m².</summary>
    public required double Area { get; init; }

    /// <summary>The share of the rain that runs off: 0.90 for concrete and asphalt.</summary>
    public double Runoff { get; init; } = 0.90;

    /// <summary>How long the water is under way: the time constant of the inflow, s.</summary>
    public double Lag { get; init; } = 300;

    /// <summary>Groundwater, L/s.</summary>
    public double Seepage { get; init; }

    /// <summary>The inflow that a steady rain leads to, L/s: 1 mm/h on 1 m² is 1 L/h.</summary>
    public double Inflow(double rain) => Runoff * rain * Area / 3600 + Seepage;
}

/// <summary>A submersible drain pump with its pipe.</summary>
internal sealed record DrainPumpDesign
{
    /// <summary>10 L/s at 15 m, 3 kW.</summary>
    public PumpCurve Curve { get; init; } =
        new(RatedFlow: 36, RatedHead: 15, ShutOffHead: 26, RatedShaftPower: 3, IdlePower: 0.55);

    /// <summary>Its motor.</summary>
    public Motor Motor { get; init; } = new(RatedShaftPower: 3);

    /// <summary>The height of the outlet above the floor of the pit, m.</summary>
    public double Outlet { get; init; } = 5.55;

    /// <summary>
    /// The loss of the pipe, m per (m³/h)²: chosen so that the rated flow is met at the middle of the active volume.
    /// </summary>
    public double PipeLoss { get; init; } = 10.0 / (36 * 36);

    /// <summary>The current while it runs up, as a multiple of the current afterwards.</summary>
    public double StartCurrent { get; init; } = 6.5;

    /// <summary>How long it runs up, s.</summary>
    public double StartSeconds { get; init; } = 1;

    /// <summary>How long the underload protection lets it run without water, s.</summary>
    public double DryRunSeconds { get; init; } = 10;

    /// <summary>The level below which it draws air, m.</summary>
    public double Suction { get; init; } = 0.10;

    /// <summary>What it moves at a level, L/s.</summary>
    public double Flow(double level) => level <= Suction ? 0 : Curve.FlowAgainst(Outlet - level, PipeLoss, 1) / 3.6;
}

/// <summary>The controller of the pit.</summary>
internal sealed record SumpControl
{
    /// <summary>How long after one pump the next may start, s.</summary>
    public double Stagger { get; init; } = 5;

    /// <summary>How long the pumps run once the float has called them, s.</summary>
    public double FloatRun { get; init; } = 120;
}
