namespace Plantroom.TestKit.History;

/// <summary>Windows as simply as they can be said, one by one from all readings, to hold quick ones against.</summary>
/// <param name="Readings">The good readings of one point, oldest first, also those outside the range.</param>
public sealed record WindowModel(IReadOnlyList<Sample> Readings)
{
    public List<HistoryWindow> Windows(WindowRequest request)
    {
        var (range, grid, windows) = (request.Range, new WindowGrid(request.Every, request.Zone), new List<HistoryWindow>());
        for (var start = grid.StartOf(range.From); start < range.To && windows.Count < request.Limit; start = grid.Next(start))
            if (Window(request, start, grid.Next(start)) is { } window)
                windows.Add(window);
        return windows;
    }

    /// <summary>See <see cref="IHistory.CounterIncreaseAsync"/>.</summary>
    public double? Increase(TimeRange range)
    {
        var shown = Readings.Where(r => r.Time <= range.To).ToList();
        if (shown.Count == 0) return null;
        var from = Math.Max(0, shown.FindLastIndex(r => r.Time <= range.From));
        var values = shown.Skip(from).Select(r => r.Value).ToList();
        return values.Zip(values.Skip(1), (a, b) => b >= a ? b - a : b).Sum();
    }

    private HistoryWindow? Window(WindowRequest request, DateTime start, DateTime end)
    {
        var within = new TimeRange(Later(start, request.Range.From), Earlier(end, request.Range.To));
        var found = Readings.Where(r => r.Time >= within.From && r.Time < within.To).ToList();
        var isKnown = Readings.Any(r => r.Time < within.To);
        if (found.Count == 0 && (request.Extras == WindowExtras.None || !isKnown)) return null;
        var values = found.Select(r => r.Value).DefaultIfEmpty(double.NaN).ToList();
        var window = new HistoryWindow(start, found.Count, values.Average(), values.Min(), values.Max())
        {
            End = end, Sum = found.Sum(r => r.Value), First = found.Count > 0 ? found[0] : null, Last = found.Count > 0 ? found[^1] : null,
        };
        var held = Held(within).ToList();
        double Weight(Func<double, double> of) => held.Sum(h => of(h.Value) * h.For.TotalMilliseconds);
        return window with
        {
            TimeWeightedMean = request.Extras.HasFlag(WindowExtras.TimeWeightedMean) ? Weight(v => v) / Weight(_ => 1) : null,
            Increase = request.Extras.HasFlag(WindowExtras.Increase) ? Increase(within) : null,
            InState = request.Extras.HasFlag(WindowExtras.InState)
                ? TimeSpan.FromMilliseconds(Weight(v => v == request.State ? 1 : 0))
                : null,
        };
    }

    /// <summary>Each value and for how long of a range it held.</summary>
    private IEnumerable<(double Value, TimeSpan For)> Held(TimeRange within)
    {
        for (var i = 0; i < Readings.Count; i++)
        {
            var from = Later(Readings[i].Time, within.From);
            var to = i + 1 < Readings.Count ? Earlier(Readings[i + 1].Time, within.To) : within.To;
            if (to > from) yield return (Readings[i].Value, to - from);
        }
    }

    private static DateTime Later(DateTime a, DateTime b) => a > b ? a : b;

    private static DateTime Earlier(DateTime a, DateTime b) => a < b ? a : b;
}
