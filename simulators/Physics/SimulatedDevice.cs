namespace Plantroom.Simulators.Physics;

/// <summary>One value that a device reports.</summary>
/// <param name="Name">The point's name in the site model.</param>
/// <param name="Read">The value as the sensor shows it now.</param>
/// <param name="Decimals">How many the device sends.</param>
/// <param name="Deadband">
/// A change of more than this is reported at once; infinity for values that are only reported regularly.
/// </param>
internal sealed record SimulatedPoint(string Name, Func<double> Read, int Decimals = 0, double Deadband = 0)
{
    /// <summary>For values that wander all the time: only the regular reports carry them.</summary>
    public const double RegularOnly = double.PositiveInfinity;

    public static SimulatedPoint Switch(string name, Func<bool> read) => new(name, () => read() ? 1 : 0);

    public double Value => Math.Round(Read(), Decimals, MidpointRounding.AwayFromZero);
}

/// <summary>How often a device reports when nothing happens.</summary>
internal enum Cadence
{
    /// <summary>To show that it is alive.</summary>
    KeepAlive,

    /// <summary>Meters: a few times a minute.</summary>
    Metering,

    /// <summary>Pressures and levels: every few seconds.</summary>
    Fast,

    /// <summary>Levels while it rains.</summary>
    Fastest,
}

/// <summary>A device as the outside sees it: its equipment and what it reports.</summary>
/// <param name="Equipment">The equipment's id in the site model.</param>
/// <param name="Cadence">How often it reports at the moment.</param>
/// <param name="Points">What it reports.</param>
internal sealed record SimulatedDevice(string Equipment, Func<Cadence> Cadence, IReadOnlyList<SimulatedPoint> Points)
{
    public SimulatedDevice(string equipment, Cadence cadence, params IReadOnlyList<SimulatedPoint> points)
        : this(equipment, () => cadence, points)
    {
    }
}
