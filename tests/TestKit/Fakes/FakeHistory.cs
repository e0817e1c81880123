namespace Plantroom.TestKit.Fakes;

/// <summary>Stored readings in memory, with the port's semantics. For several threads.</summary>
public sealed class FakeHistory : IHistory
{
    private readonly Lock gate = new();
    private readonly Dictionary<PointId, SortedList<DateTime, Reading>> readings = [];

    /// <summary>Thrown by every query while set, as a store that is away would.</summary>
    public Exception? Failure { get; set; }

    /// <summary>When set, queries wait for it, as a slow store would.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

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

    public async ValueTask<IReadOnlyList<Reading>> LastAsync(
        IReadOnlyCollection<PointId> points, CancellationToken cancellationToken = default)
    {
        await WaitAsync(cancellationToken);
        lock (gate) return [.. points.Where(readings.ContainsKey).Select(p => readings[p].Values[^1])];
    }

    public async ValueTask<IReadOnlyList<Reading>> RawAsync(
        PointId point, TimeRange range, CancellationToken cancellationToken = default)
    {
        await WaitAsync(cancellationToken);
        return Within(point, range);
    }

    public async ValueTask<IReadOnlyList<HistoryWindow>> WindowsAsync(
        PointId point, TimeRange range, TimeSpan every, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(every, TimeSpan.FromMilliseconds(1));
        await WaitAsync(cancellationToken);
        return
        [
            .. Within(point, range)
                .Where(static r => r.Quality.Level is not QualityLevel.Bad)
                .GroupBy(r => Start(r.Time, every))
                .Select(static g => new HistoryWindow(
                    g.Key, g.Count(), g.Average(static r => r.Value), g.Min(static r => r.Value), g.Max(static r => r.Value))),
        ];
    }

    public async ValueTask<double?> CounterIncreaseAsync(PointId point, TimeRange range, CancellationToken cancellationToken = default)
    {
        await WaitAsync(cancellationToken);
        var good = Within(point, new(DateTime.MinValue, DateTime.MaxValue)).Where(r => r.Time <= range.To && r.Quality.Level is not QualityLevel.Bad).ToList();
        var first = good.FindLastIndex(r => r.Time <= range.From);
        if (good.Count == 0) return null;
        var from = Math.Max(first, 0);
        var increase = 0.0;
        for (var i = from + 1; i < good.Count; i++)
            increase += good[i].Value >= good[i - 1].Value ? good[i].Value - good[i - 1].Value : good[i].Value;
        return increase;
    }

    private static DateTime Start(DateTime time, TimeSpan every)
    {
        var within = (time - DateTime.UnixEpoch).Ticks % every.Ticks;
        return time.AddTicks(within < 0 ? -within - every.Ticks : -within);
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Gate.WaitAsync(cancellationToken);
        if (Failure is { } failure) throw failure;
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
