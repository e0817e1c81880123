namespace Plantroom.TestKit.Fakes;

/// <summary>A history in memory. Windows follow the port's promise: aligned to multiples of their length since 1970.</summary>
public sealed class FakeHistory : IHistory
{
    private readonly Lock gate = new();
    private readonly Dictionary<PointId, List<Reading>> readings = [];

    /// <summary>Thrown by every query while set, as a store that is away would.</summary>
    public Exception? Failure { get; set; }

    /// <summary>When set, queries wait for it, as a slow store would.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public void Add(params IEnumerable<Reading> added)
    {
        lock (gate)
        {
            foreach (var reading in added)
            {
                if (!readings.TryGetValue(reading.Point, out var known)) readings[reading.Point] = known = [];
                known.Add(reading);
            }
        }
    }

    public async ValueTask<IReadOnlyList<Reading>> LastAsync(
        IReadOnlyCollection<PointId> points, CancellationToken cancellationToken = default)
    {
        await WaitAsync(cancellationToken);
        lock (gate)
            return [.. points.Where(readings.ContainsKey).Select(p => readings[p].MaxBy(static r => r.Time))];
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
        await WaitAsync(cancellationToken);
        return
        [
            .. Within(point, range)
                .Where(static r => r.Quality.Level is not QualityLevel.Bad)
                .GroupBy(r => (r.Time - DateTime.UnixEpoch).Ticks / every.Ticks)
                .Select(g => new HistoryWindow(
                    DateTime.UnixEpoch.AddTicks(g.Key * every.Ticks), g.Count(), g.Average(static r => r.Value), g.Min(static r => r.Value), g.Max(static r => r.Value))),
        ];
    }

    public async ValueTask<double?> CounterIncreaseAsync(
        PointId point, TimeRange range, CancellationToken cancellationToken = default)
    {
        await WaitAsync(cancellationToken);
        var within = Within(point, range);
        return within.Count == 0
            ? null
            : within.Zip(within.Skip(1)).Sum(static p => p.Second.Value >= p.First.Value ? p.Second.Value - p.First.Value : p.Second.Value);
    }

    private List<Reading> Within(PointId point, TimeRange range)
    {
        lock (gate)
            return readings.TryGetValue(point, out var known)
                ? [.. known.Where(r => r.Time >= range.From && r.Time < range.To).OrderBy(static r => r.Time)]
                : [];
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        await Gate.WaitAsync(cancellationToken);
        if (Failure is { } failure) throw failure;
    }
}
