using System.Globalization;
using System.Text;

namespace Plantroom.Dashboard.Detail;

/// <summary>A stretch of time in which a switch or an enumeration kept its value.</summary>
/// <param name="From">Its first moment, UTC.</param>
/// <param name="To">Its end, UTC.</param>
/// <param name="Value">The value.</param>
internal readonly record struct StateRun(DateTime From, DateTime To, int Value);

/// <summary>The part of a window's time in which a switch was on, as a bar.</summary>
/// <param name="From">Its left edge, 0 to 1.</param>
/// <param name="To">Its right edge.</param>
/// <param name="Height">In pixels.</param>
internal readonly record struct ShareBar(double From, double To, double Height);

/// <summary>A history in windows, and how it is drawn in a box of <see cref="Width"/> x <see cref="Height"/>.</summary>
/// <param name="Range">From and to.</param>
/// <param name="Every">The length of a window.</param>
/// <param name="Windows">Oldest first; missing ones are gaps.</param>
internal sealed record Trend(TimeRange Range, TimeSpan Every, IReadOnlyList<HistoryWindow> Windows)
{
    public const int Width = 1000;
    public const int Height = 100;

    // One window may be missing between two readings that just fell on either side of a border; more is a gap.
    private const double GapInWindows = 2.5;

    /// <summary>In pixels.</summary>
    private const double LeastBar = 3;

    /// <summary>The scale that holds every value, and the limits worth seeing.</summary>
    public Scale Scale(IEnumerable<double> limits)
    {
        double min = Windows.Min(static w => w.Min), max = Windows.Max(static w => w.Max);
        foreach (var limit in limits) (min, max) = (Math.Min(min, limit), Math.Max(max, limit));
        return Detail.Scale.Around(min, max);
    }

    /// <summary>How far right a moment is, 0 to 1.</summary>
    public double Position(DateTime at) => Math.Clamp((at - Range.From) / Range.Length, 0, 1);

    /// <summary>The middle of a window, within the range.</summary>
    public double Position(HistoryWindow window) => Position(window.Start + (Every / 2));

    /// <summary>The line of the means, as an SVG path.</summary>
    public string Line(Scale scale)
    {
        var path = new StringBuilder();
        foreach (var segment in Segments())
            for (var i = 0; i < segment.Count; i++)
                Add(path, i == 0 ? 'M' : 'L', Position(segment[i]), scale.Position(segment[i].Mean));
        return path.ToString();
    }

    /// <summary>The band from the smallest to the largest values, as an SVG path.</summary>
    public string Band(Scale scale)
    {
        var path = new StringBuilder();
        foreach (var segment in Segments())
        {
            for (var i = 0; i < segment.Count; i++) Add(path, i == 0 ? 'M' : 'L', Position(segment[i]), scale.Position(segment[i].Max));
            for (var i = segment.Count - 1; i >= 0; i--) Add(path, 'L', Position(segment[i]), scale.Position(segment[i].Min));
            path.Append('Z');
        }

        return path.ToString();
    }

    /// <summary>
    /// The stretches of equal state. A state that was there for a part of a window is shown for all of it, rather than not at all.
    /// </summary>
    public IReadOnlyList<StateRun> Runs()
    {
        List<StateRun> runs = [];
        foreach (var window in Windows)
        {
            var from = window.Start > Range.From ? window.Start : Range.From;
            var to = window.Start + Every < Range.To ? window.Start + Every : Range.To;
            var value = (int)Math.Round(window.Max);
            var goesOn = runs.Count > 0 && runs[^1].Value == value && window.Start - runs[^1].To < Every * (GapInWindows - 1);
            if (goesOn) runs[^1] = runs[^1] with { To = to };
            else runs.Add(new(from, to, value));
        }

        return runs;
    }

    /// <summary>
    /// For each window with readings the part of it in which a switch was on. One that was on at all has a bar that can be seen.
    /// </summary>
    /// <param name="height">Of a whole window, in pixels.</param>
    public IEnumerable<ShareBar> Bars(double height)
    {
        foreach (var window in Windows)
        {
            if (window.Count == 0 || !(window.Max > 0)) continue;
            yield return new(Position(window.Start), Position(window.Start + Every), Math.Max(LeastBar, ShareOf(window) * height));
        }
    }

    /// <summary>The part of a window's time in which a switch was on.</summary>
    public static double ShareOf(HistoryWindow window) =>
        Math.Clamp(window.TimeWeightedMean ?? (window.Count > 0 ? window.Mean : 0), 0, 1);

    private IEnumerable<List<HistoryWindow>> Segments()
    {
        List<HistoryWindow> segment = [];
        foreach (var window in Windows)
        {
            if (segment.Count > 0 && window.Start - segment[^1].Start > Every * GapInWindows)
            {
                yield return segment;
                segment = [];
            }

            segment.Add(window);
        }

        if (segment.Count > 0) yield return segment;
    }

    private static void Add(StringBuilder path, char command, double x, double y) =>
        path.Append(CultureInfo.InvariantCulture, $"{command}{x * Width:0.##} {(1 - y) * Height:0.##}");
}
