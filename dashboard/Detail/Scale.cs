namespace Plantroom.Dashboard.Detail;

/// <summary>A vertical scale that begins and ends at round numbers.</summary>
/// <param name="Min">The value at the bottom.</param>
/// <param name="Max">The value at the top.</param>
/// <param name="Step">From one line to the next.</param>
internal readonly record struct Scale(double Min, double Max, double Step)
{
    private const int WantedLines = 4;

    /// <summary>The values at which a line is drawn, from the bottom.</summary>
    public IEnumerable<double> Lines
    {
        get
        {
            for (var i = 0; Min + (i * Step) <= Max + (Step / 1000); i++) yield return Min + (i * Step);
        }
    }

    /// <summary>The decimals that tell the lines apart.</summary>
    public int Decimals => Math.Clamp((int)Math.Ceiling(-Math.Log10(Step) - 1e-9), 0, 6);

    /// <summary>A scale around the values of a trend. A flat line gets room above and below, so that it is not mistaken for an axis.</summary>
    public static Scale Around(double min, double max)
    {
        var least = Math.Max(Math.Abs(max), 1) * 0.005;
        if (max - min < least) (min, max) = (min - least, max + least);
        var step = RoundUp((max - min) / WantedLines);
        return new(Math.Floor(min / step) * step, Math.Ceiling(max / step) * step, step);
    }

    /// <summary>How far up a value is, 0 at the bottom to 1 at the top.</summary>
    public double Position(double value) => Math.Clamp((value - Min) / (Max - Min), 0, 1);

    /// <summary>1, 2 or 5 times a power of ten.</summary>
    private static double RoundUp(double rough)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var factor = rough / power;
        return power * (factor <= 1 + 1e-9 ? 1 : factor <= 2 + 1e-9 ? 2 : factor <= 5 + 1e-9 ? 5 : 10);
    }
}
