using Plantroom.Simulators.Physics;

namespace Plantroom.Simulators.Lifts;

/// <summary>A passenger lift of 1,000 kg.</summary>
internal sealed record LiftDesign
{
    /// <summary>1.75 m/s.</summary>
    public LiftMotion Motion { get; init; } = new(Speed: 1.75, Acceleration: 0.9, Jerk: 1.0);

    /// <summary>m from floor to floor.</summary>
    public double FloorHeight { get; init; } = 3.0;

    /// <summary>What the display shows at each landing, from below; there is no floor 0.</summary>
    public IReadOnlyList<int> Landings { get; init; } = [-2, -1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

    /// <summary>The index of the entrance among the landings.</summary>
    public int Entrance { get; init; } = 2;

    /// <summary>s.</summary>
    public double DoorOpening { get; init; } = 3;

    /// <summary>s.</summary>
    public double DoorDwell { get; init; } = 4;

    /// <summary>s.</summary>
    public double DoorClosing { get; init; } = 3.5;

    /// <summary>kg.</summary>
    public double RatedLoad { get; init; } = 1000;

    /// <summary>The share of the rated load that the counterweight balances.</summary>
    public double Balance { get; init; } = 0.45;

    /// <summary>Of the drive.</summary>
    public double Efficiency { get; init; } = 0.8;

    /// <summary>
    /// Controller, car light and fan, kW. A car that drives the motor heats the braking resistor and draws no less than this.
    /// </summary>
    public double Standby { get; init; } = 0.2;

    /// <summary>kg.</summary>
    public double Person { get; init; } = 75;

    /// <summary>Calls of a lift per hour over a day.</summary>
    public DayProfile Calls { get; init; } = new(
        [1, 1, 1, 1, 1, 3, 12, 70, 110, 60, 40, 60, 90, 70, 40, 40, 45, 95, 90, 40, 20, 12, 6, 3], weekend: 0.25);

    /// <summary>The share of the people who come in over a day; of the others half leave and half go between floors.</summary>
    public DayProfile Arriving { get; init; } = new(
        [.3, .3, .3, .3, .4, .6, .8, .9, .85, .6, .4, .25, .3, .6, .5, .4, .3, .1, .1, .15, .2, .2, .3, .3]);
}
