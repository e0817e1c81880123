namespace Plantroom.Simulators.Lifts;

/// <summary>When somebody calls a lift, and from where to where. Calls come at random at the rate of the hour.</summary>
internal sealed class TrafficSource(LiftDesign design, Random random)
{
    private double untilCall = double.NaN;

    /// <summary>A call that comes within the next moment, as indexes of landings; null when none comes.</summary>
    public (int From, int To)? Next(double dt, DateTime local)
    {
        if (double.IsNaN(untilCall)) untilCall = Wait();
        untilCall -= dt * design.Calls.At(local) / 3600;
        if (untilCall > 0) return null;
        untilCall += Wait();
        return Trip(local);
    }

    private double Wait() => -Math.Log(1 - random.NextDouble());

    private (int From, int To) Trip(DateTime local)
    {
        var arriving = design.Arriving.At(local);
        var kind = random.NextDouble();
        var other = Other(design.Entrance);
        if (kind < arriving) return (design.Entrance, other);
        return kind < arriving + (1 - arriving) / 2 ? (other, design.Entrance) : (other, Other(other));
    }

    private int Other(int landing)
    {
        var other = random.Next(design.Landings.Count - 1);
        return other >= landing ? other + 1 : other;
    }
}
