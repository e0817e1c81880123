using Plantroom.Ingest.Sqlite;

namespace Plantroom.Ingest.Delivery;

/// <summary>
/// A remote store's history that knows the newest readings itself: those that were kept here, also before they are delivered, and, once they
/// are loaded, all others. Everything else the store answers.
/// </summary>
internal sealed class RememberingHistory(IHistory store, LastValues last) : IHistory
{
    public async ValueTask<IReadOnlyList<Reading>> LastAsync(
        IReadOnlyCollection<PointId> points, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        if (last.TryGet(points, out var all)) return all;
        try
        {
            var stored = await store.LastAsync(points, cancellationToken);
            last.Observe([.. stored]);
            return last.Known(points);
        }
        catch (HistoryUnavailableException) when (last.Known(points) is var known && known.Count == points.Count)
        {
            return known;
        }
    }

    public IAsyncEnumerable<IReadOnlyList<Reading>> ReadAsync(PointId point, TimeRange range, CancellationToken cancellationToken = default) =>
        store.ReadAsync(point, range, cancellationToken);

    public ValueTask<IReadOnlyList<PointHistory<HistoryWindow>>> WindowsAsync(
        WindowRequest request, CancellationToken cancellationToken = default) => store.WindowsAsync(request, cancellationToken);

    public ValueTask<IReadOnlyList<PointHistory<Sample>>> SampleAsync(SampleRequest request, CancellationToken cancellationToken = default) =>
        store.SampleAsync(request, cancellationToken);

    public ValueTask<double?> CounterIncreaseAsync(PointId point, TimeRange range, CancellationToken cancellationToken = default) =>
        store.CounterIncreaseAsync(point, range, cancellationToken);
}
