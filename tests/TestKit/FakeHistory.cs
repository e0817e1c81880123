namespace Plantroom.TestKit;

/// <summary>Stored readings in memory, with the port's semantics. For several threads.</summary>
public sealed class FakeHistory : IHistory
{
    private readonly Lock gate = new();
    private readonly Dictionary<PointId, SortedList<DateTime, Reading>> readings = [];

    /// <summary>Stores readings; one of the same point and time replaces the other.</summary>
    public void Add(params IEnumerable<Reading> added)
    {
        lock (gate)
        {
            foreach (var reading in added)
            {
                if (!readings.TryGetValue(reading.Point, out var list)) readings[reading.Point] = list = [];
                list[reading.Time] = reading;
            }
        }
    }

    public ValueTask<IReadOnlyList<Reading>> LastAsync(IReadOnlyCollection<PointId> points, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            return new([.. points.Where(readings.ContainsKey).Select(p => readings[p].Values[^1])]);
        }
    }

    public ValueTask<IReadOnlyList<Reading>> RawAsync(PointId point, TimeRange range, CancellationToken cancellationToken = default) =>
        new(Within(point, range));

    public ValueTask<IReadOnlyList<HistoryWindow>> WindowsAsync(
        PointId point, TimeRange range, TimeSpan every, CancellationToken cancellationToken = default) =>
        new(
        [
            .. Within(point, range)
                .Where(static r => r.Quality.Level is not QualityLevel.Bad)
                .GroupBy(r => Start(r.Time, every))
                .Select(static g => new HistoryWindow(
                    g.Key, g.Count(), g.Average(static r => r.Value), g.Min(static r => r.Value), g.Max(static r => r.Value))),
        ]);

    public ValueTask<double?> CounterIncreaseAsync(PointId point, TimeRange range, CancellationToken cancellationToken = default)
    {
        var good = Within(point, new(DateTime.MinValue, range.To)).Where(static r => r.Quality.Level is QualityLevel.Good).ToList();
        var first = good.FindLastIndex(r => r.Time <= range.From);
        if (good.Count == 0) return new((double?)null);
        var from = Math.Max(first, 0);
        var increase = 0.0;
        for (var i = from + 1; i < good.Count; i++)
            increase += good[i].Value >= good[i - 1].Value ? good[i].Value - good[i - 1].Value : good[i].Value;
        return new(increase);
    }

    private static DateTime Start(DateTime time, TimeSpan every)
    {
        var since = time - DateTime.UnixEpoch;
        return DateTime.UnixEpoch + TimeSpan.FromTicks(since.Ticks - (since.Ticks % every.Ticks));
    }

    private List<Reading> Within(PointId point, TimeRange range)
    {
        lock (gate)
        {
            return readings.TryGetValue(point, out var list)
                ? [.. list.Values.Where(r => r.Time >= range.From && r.Time < range.To)]
                : [];
        }
    }
}
