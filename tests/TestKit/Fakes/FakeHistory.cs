using System.Runtime.CompilerServices;

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

    public async IAsyncEnumerable<IReadOnlyList<Reading>> ReadAsync(
        PointId point, TimeRange range, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await WaitAsync(cancellationToken);
        var found = Within(point, range);
        if (found.Count > 0) yield return found;
    }

    public async ValueTask<IReadOnlyList<PointHistory<HistoryWindow>>> WindowsAsync(
        WindowRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        await WaitAsync(cancellationToken);
        var grid = new WindowGrid(request.Every, request.Zone);
        return [.. request.Points.Select(point => new PointHistory<HistoryWindow>(point, Windows(point, request, grid)))];
    }

    public async ValueTask<IReadOnlyList<PointHistory<Sample>>> SampleAsync(
        SampleRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        await WaitAsync(cancellationToken);
        return [.. request.Points.Select(point => new PointHistory<Sample>(point, Samples(point, request)))];
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

    private IReadOnlyList<HistoryWindow> Windows(PointId point, WindowRequest request, WindowGrid grid)
    {
        var before = Good(point, new(DateTime.MinValue, request.Range.From)).LastOrDefault();
        var builder = new WindowBuilder(request, grid, before.Point == default ? null : new(before.Time, before.Value));
        foreach (var reading in Good(point, request.Range)) builder.Add(reading.Time, reading.Value);
        var at = Good(point, new(request.Range.To, DateTime.MaxValue)).FirstOrDefault();
        return builder.End(at.Time == request.Range.To && at.Point != default ? new(at.Time, at.Value) : null);
    }

    private IReadOnlyList<Sample> Samples(PointId point, SampleRequest request)
    {
        var sampler = new Sampler(request.Range, request.Count);
        foreach (var reading in Good(point, request.Range)) sampler.Add(reading.Time, reading.Value);
        return sampler.End();
    }

    private IEnumerable<Reading> Good(PointId point, TimeRange range) =>
        Within(point, range).Where(static r => r.Quality.Level is not QualityLevel.Bad);

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
