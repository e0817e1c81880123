namespace Plantroom.Ingest.Sqlite.Packing;

/// <summary>Takes the noise of binary arithmetic off summaries, so that they become short: 0.30000000000000004 is 0.3.</summary>
internal static class RollupRounding
{
    private static readonly double[] Powers = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12];

    /// <summary>
    /// A summary with the shortest sum, held and rise that lie within the error that adding up so many readings can have made: 2^-52 of the
    /// largest value for each of them, so far less than 1e-9 of the mean of their sizes. Rounding again changes nothing. All else stays as it is.
    /// </summary>
    public static Summary Rounded(in Summary summary)
    {
        var error = Math.Max(Math.Abs(summary.Min), Math.Abs(summary.Max)) * Math.ScaleB(1, -52) * summary.Count;
        var span = (summary.Last.Time - summary.First.Time).TotalMilliseconds;
        return Summary.Of(
            summary.Count, Shortest(summary.Sum, error), summary.Min, summary.Max, summary.First, summary.Last,
            Shortest(summary.Held, error * span), Shortest(summary.Rise, error));
    }

    private static double Shortest(double value, double error)
    {
        if (!double.IsFinite(value) || !double.IsFinite(error)) return value;
        for (double before; ; value = before)
        {
            before = Shorter(value, error);
            if (before == value) return before;
        }
    }

    /// <summary>Negative zero, too, is told as zero.</summary>
    private static double Shorter(double value, double error)
    {
        foreach (var power in Powers)
        {
            var rounded = Math.Round(value * power) / power;
            if (Math.Abs(rounded - value) <= error) return rounded + 0.0;
        }

        return value;
    }
}
