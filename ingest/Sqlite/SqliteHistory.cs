using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using SQLitePCL;

namespace Plantroom.Ingest.Sqlite;

/// <summary>
/// Reads the stored readings. Queries run on threads of the pool, each on a connection of its own; with the write-ahead log they see the
/// last commit before their start and neither wait for the writer nor hold it up.
/// </summary>
internal sealed class SqliteHistory(DataFolder folder, LastValues last, IOptions<IngestOptions> options) : IHistory, IDisposable
{
    private readonly SemaphoreSlim room = new(options.Value.Readers);
    private readonly ConcurrentBag<HistoryReader> idle = [];

    public async ValueTask<IReadOnlyList<Reading>> LastAsync(
        IReadOnlyCollection<PointId> points, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        if (last.TryGet(points, out var readings)) return readings;
        return await QueryAsync(reader => NewestReadings.Of(reader.Connection, points), cancellationToken);
    }

    /// <summary>The newest reading of every point in the store, in any order.</summary>
    public async ValueTask<IReadOnlyList<Reading>> LastOfAllAsync(CancellationToken cancellationToken)
    {
        if (last.TryGetAll(out var readings)) return readings;
        return await QueryAsync(static reader => NewestReadings.OfAll(reader.Connection), cancellationToken);
    }

    public ValueTask<IReadOnlyList<Reading>> RawAsync(
        PointId point, TimeRange range, CancellationToken cancellationToken = default) =>
        RawAsync(point, range, int.MaxValue, cancellationToken);

    /// <summary>The first readings of a range, at most <paramref name="limit"/>.</summary>
    public async ValueTask<IReadOnlyList<Reading>> RawAsync(
        PointId point, TimeRange range, int limit, CancellationToken cancellationToken) =>
        await QueryAsync(reader => reader.Raw(point, range, limit, cancellationToken), cancellationToken);

    public ValueTask<IReadOnlyList<HistoryWindow>> WindowsAsync(
        PointId point, TimeRange range, TimeSpan every, CancellationToken cancellationToken = default) =>
        WindowsAsync(point, range, every, int.MaxValue, cancellationToken);

    /// <summary>The first windows of a range, at most <paramref name="limit"/>.</summary>
    public async ValueTask<IReadOnlyList<HistoryWindow>> WindowsAsync(
        PointId point, TimeRange range, TimeSpan every, int limit, CancellationToken cancellationToken) =>
        await QueryAsync(reader => reader.Windows(point, range, every, limit, cancellationToken), cancellationToken);

    public async ValueTask<double?> CounterIncreaseAsync(
        PointId point, TimeRange range, CancellationToken cancellationToken = default) =>
        await QueryAsync(reader => reader.CounterIncrease(point, range, cancellationToken), cancellationToken);

    public void Dispose()
    {
        while (idle.TryTake(out var reader)) reader.Dispose();
        room.Dispose();
    }

    /// <summary>A query blocks its thread on the disk, so it leaves the caller's (a screen's, often) alone.</summary>
    private async Task<T> QueryAsync<T>(Func<HistoryReader, T> query, CancellationToken cancellationToken)
    {
        await room.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => Query(query, cancellationToken), cancellationToken);
        }
        finally
        {
            room.Release();
        }
    }

    private T Query<T>(Func<HistoryReader, T> query, CancellationToken cancellationToken)
    {
        if (!idle.TryTake(out var reader)) reader = HistoryReader.Open(folder.History);
        try
        {
            T answer;
            using (cancellationToken.UnsafeRegister(static r => raw.sqlite3_interrupt(((HistoryReader)r!).Connection.Handle), reader))
                answer = reader.Query(query);
            idle.Add(reader);
            return answer;
        }
        catch (Exception e)
        {
            // Whatever state its statements are in: the next query starts on a fresh connection.
            reader.Dispose();
            if (e is SqliteException { SqliteErrorCode: raw.SQLITE_INTERRUPT })
                throw new OperationCanceledException(e.Message, e, cancellationToken);
            throw;
        }
    }
}
