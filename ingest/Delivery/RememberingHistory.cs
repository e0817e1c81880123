using Plantroom.Ingest.Sqlite;

namespace Plantroom.Ingest.Delivery;

/// <summary>
/// A remote store's history that knows the newest readings itself: those that were kept here, also before they are delivered, and, once they
/// are loaded, all others. Everything else the store answers.
/// </summary>
internal sealed class RememberingHistory(IHistory store, LastValues last, TimeProvider clock) : IHistory
{
    /// <summary>How long newest readings wait for the store: whatever starts asks for them, and a store that hangs must not hold it up.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>As the store has them or they are known here; only as known here, so perhaps fewer, while the store does not answer.</summary>
    public async ValueTask<IReadOnlyList<Reading>> LastAsync(
        IReadOnlyCollection<PointId> points, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        if (last.TryGet(points, out var all)) return all;
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await RefreshAsync(points, either.Token);
        }
        catch (Exception e) when (e is HistoryUnavailableException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // What is known is the better answer: it is newer than anything the store has.
        }

        return last.Known(points);
    }

    /// <summary>Asks the store for the newest readings.</summary>
    /// <exception cref="HistoryUnavailableException">It does not answer.</exception>
    public async Task RefreshAsync(IReadOnlyCollection<PointId> points, CancellationToken cancellationToken)
    {
        var stored = await store.LastAsync(points, cancellationToken);
        last.Observe([.. stored]);
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
