using Microsoft.Data.Sqlite;
using Plantroom.Ingest.Sqlite.Packing;

namespace Plantroom.Ingest.Sqlite.Compaction;

/// <summary>What is closed, in stored time.</summary>
/// <param name="Before">A whole quarter hour: readings before it may be closed.</param>
/// <param name="Waited">Readings before it are closed however few they are.</param>
/// <param name="Enough">So many readings are closed however young they are.</param>
internal readonly record struct ClosingTimes(long Before, long Waited, int Enough);

/// <summary>A point as the store knows it.</summary>
internal readonly record struct ClosingPoint(long Number, long Closed, PointTraits Traits);

/// <summary>
/// Moves readings of one point from rows into chunks and brings its roll-ups up to date. Used inside a transaction: each step leaves chunks,
/// rows and roll-ups in agreement.
/// </summary>
internal sealed class PointCloser(SqliteConnection connection) : IDisposable
{
    private readonly OpenReadings open = new(connection);
    private readonly ChunkTable chunks = new(connection);
    private readonly RollupTable rollupTable = new(connection);
    private readonly SqliteStatement close = new(connection, "UPDATE point SET closed_ms = ?2 WHERE id = ?1 AND closed_ms < ?2");
    private readonly List<ChunkPiece> pieces = [];
    private readonly ChunkBuffer moved = new();
    private readonly ChunkBuffer before = new();
    private readonly ChunkBuffer after = new();
    private RollupRepair? repair;

    /// <summary>Moves at most <see cref="ChunkCut.AtOnce"/> readings of a point, when there is reason to.</summary>
    /// <exception cref="InvalidDataException">A chunk or roll-up of it is damaged.</exception>
    public Closed Step(in ClosingPoint point, in ClosingTimes times)
    {
        if (open.Oldest(point.Number) is not { } oldest || oldest >= times.Before || Limit(point, oldest, times) is not { } limit) return default;
        if (PeriodOf(point.Number, oldest, limit) is not { } period) return default;
        Chunks(point.Number, period);
        open.Remove(point.Number, oldest, period.MovedTo);
        close.Bind(1, point.Number).Bind(2, period.End).Run();
        repair ??= new(rollupTable, chunks);
        var left = repair.Update(point.Number, point.Traits, new(moved, before, after, period.Start, period.End));
        return new(moved.Count, oldest < point.Closed ? moved.Count : 0, pieces.Count, left, period.End);
    }

    public void Dispose()
    {
        open.Dispose();
        chunks.Dispose();
        rollupTable.Dispose();
        close.Dispose();
    }

    /// <summary>Up to when readings may be closed; null when it is not time yet.</summary>
    private long? Limit(in ClosingPoint point, long oldest, in ClosingTimes times)
    {
        // The newest reading stays a row, so that it is found at once. One of a point that went silent stays alone.
        var newest = open.Newest(point.Number)!.Value;
        var limit = newest < times.Waited ? newest : StoredPeriod.FloorQuarter(Math.Min(newest, times.Before));
        if (oldest >= limit) return null;
        var isDue = oldest < point.Closed || oldest < times.Waited || open.HasAtLeast(point.Number, times.Enough, limit);
        return isDue ? limit : null;
    }

    /// <summary>Reads what is to be moved, and the chunk that it is merged with; says what the period of both is.</summary>
    private ClosingPeriod? PeriodOf(long point, long oldest, long limit)
    {
        before.Clear();
        var near = chunks.AtOrBefore(point, oldest);
        if (near is { } covering && covering.End > oldest)
        {
            var to = ReadMoved(point, oldest, covering.End);
            chunks.Read(covering, before);
            return new(covering, covering.Start, covering.End, to, chunks.After(point, covering.Start) is null);
        }

        var next = chunks.After(point, oldest);
        var joined = near is { Count: < ChunkCut.NearlyFull } small && oldest < ChunkCut.LatestEnd(small.Start) ? near : null;
        var start = joined?.Start ?? Math.Max(StoredPeriod.FloorQuarter(oldest), near?.End ?? long.MinValue);
        limit = Math.Min(Math.Min(limit, next?.Start ?? limit), ChunkCut.LatestEnd(start));
        var movedTo = ReadMoved(point, oldest, limit);
        if (joined is { } merged) chunks.Read(merged, before);
        var end = Math.Min(StoredPeriod.EndOfQuarter(moved.Times[moved.Count - 1]), movedTo);
        return new(joined, start, end, movedTo, next is null);
    }

    /// <summary>Reads the first rows of a period, so many as are moved at once, and says up to when.</summary>
    private long ReadMoved(long point, long from, long to)
    {
        open.Read(point, from, to, ChunkCut.AtOnce + 1, moved);
        if (moved.Count <= ChunkCut.AtOnce) return to;
        var cut = ChunkCut.Before(moved.Times.AsSpan(0, moved.Count), ChunkCut.AtOnce);
        while (moved.Times[moved.Count - 1] >= cut) moved.Count--;
        return cut;
    }

    private void Chunks(long point, in ClosingPeriod period)
    {
        ChunkMerge.Merge(before, moved, after);
        ChunkCut.Into(after, period.Start, period.End, pieces);
        if (period.Merged is { } old) chunks.Remove(old);
        else if (period.IsLast) chunks.Settle(point);
        for (var i = 0; i < pieces.Count; i++) chunks.Add(point, after, pieces[i], period.IsLast && i == pieces.Count - 1);
    }

    /// <summary>What one step closes.</summary>
    /// <param name="Merged">The chunk that the readings are merged with.</param>
    /// <param name="Start">Where the chunks that come of it start.</param>
    /// <param name="End">Where they end.</param>
    /// <param name="MovedTo">Rows before it are moved.</param>
    /// <param name="IsLast">Whether the point has no later chunk.</param>
    private readonly record struct ClosingPeriod(ChunkRow? Merged, long Start, long End, long MovedTo, bool IsLast);
}

/// <summary>What one step has done.</summary>
/// <param name="Readings">How many readings it moved; 0 when there was nothing to do.</param>
/// <param name="Late">How many of them belonged to a time that was closed before.</param>
/// <param name="Chunks">How many chunks it wrote.</param>
/// <param name="Left">How many windows of roll-ups stay as they are because what they were made of is gone.</param>
/// <param name="Until">Up to when the point is closed by it.</param>
internal readonly record struct Closed(int Readings, int Late, int Chunks, int Left, long Until)
{
    /// <summary>Both together.</summary>
    public Closed Plus(in Closed next) =>
        new(Readings + next.Readings, Late + next.Late, Chunks + next.Chunks, Left + next.Left, next.Until);
}
