using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using SQLitePCL;

namespace Plantroom.Ingest.Sqlite;

/// <summary>
/// Reads the stored readings. Queries run on threads of the pool, each on a connection of its own; with the write-ahead log they see the
/// last commit before their start and neither wait for the writer nor hold it up.
/// </summary>
/// <param name="folder">Where the store is.</param>
/// <param name="last">The newest readings, in memory.</param>
/// <param name="options">How many queries at a time.</param>
/// <param name="facility">Tells what kind points are of; without it more is read from the disk than is necessary.</param>
internal sealed class SqliteHistory(DataFolder folder, LastValues last, IOptions<IngestOptions> options, IFacilitySource? facility = null)
    : IHistory, IDisposable
{
    /// <summary>A block ends with the chunk that brings it to so many readings.</summary>
    private const int BlockReadings = 10_000;

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

    public async IAsyncEnumerable<IReadOnlyList<Reading>> ReadAsync(
        PointId point, TimeRange range, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (range.From < range.To)
        {
            var from = range;
            var block = await QueryAsync(reader => reader.Raw(point, from, BlockReadings, cancellationToken), cancellationToken);
            if (block.Count > 0) yield return block;
            if (block.Count < BlockReadings) yield break;
            range = range with { From = StoredTime.Next(block[^1].Time) };
        }
    }

    public async ValueTask<IReadOnlyList<PointHistory<HistoryWindow>>> WindowsAsync(
        WindowRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var grid = new WindowGrid(request.Every, request.Zone);
        return await QueryAsync<IReadOnlyList<PointHistory<HistoryWindow>>>(
            reader => [.. request.Points.Select(
                p => new PointHistory<HistoryWindow>(p, reader.Windows(p, Kind(p), request, grid, cancellationToken)))],
            cancellationToken);
    }

    public async ValueTask<IReadOnlyList<PointHistory<Sample>>> SampleAsync(
        SampleRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return await QueryAsync<IReadOnlyList<PointHistory<Sample>>>(
            reader => [.. request.Points.Select(p => new PointHistory<Sample>(p, reader.Samples(p, request, cancellationToken)))],
            cancellationToken);
    }

    public async ValueTask<double?> CounterIncreaseAsync(
        PointId point, TimeRange range, CancellationToken cancellationToken = default) =>
        await QueryAsync(reader => reader.CounterIncrease(point, range, cancellationToken), cancellationToken);

    public void Dispose()
    {
        while (idle.TryTake(out var reader)) reader.Dispose();
        room.Dispose();
    }

    private PointKind? Kind(PointId point) => facility?.Current.Find(point)?.Kind;

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
