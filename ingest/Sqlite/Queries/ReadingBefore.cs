using Microsoft.Data.Sqlite;
using Plantroom.Ingest.Sqlite.Packing;

namespace Plantroom.Ingest.Sqlite.Queries;

/// <summary>Finds the last good reading before a moment, wherever it is kept.</summary>
internal sealed class ReadingBefore(SqliteConnection connection) : IDisposable
{
    private readonly SqliteStatement row = new(connection,
        $"""
        SELECT time_ms, value FROM reading WHERE point = ?1 AND time_ms < ?2 AND quality < {ReadingRun.FirstBad}
        ORDER BY time_ms DESC LIMIT 1
        """);

    private readonly SqliteStatement chunks = new(connection,
        "SELECT end_ms, data FROM chunk WHERE point = ?1 AND start_ms < ?2 ORDER BY start_ms DESC");

    private readonly SqliteStatement replaced = new(connection, "SELECT 1 FROM reading WHERE point = ?1 AND time_ms = ?2");

    private readonly SqliteStatement rollups = new(connection,
        "SELECT data FROM rollup WHERE point = ?1 AND level = ?2 AND start_ms < ?3 ORDER BY start_ms DESC");

    private readonly ChunkBuffer readings = new();
    private readonly List<RollupWindow> windows = [];

    /// <summary>
    /// The last good reading before a stored time. Where there are roll-ups only, the last one of those that start before it: what lies
    /// across the time counts as before it, as it does for the windows of an answer.
    /// </summary>
    public Sample? Find(in StoredPoint point, long before)
    {
        var late = Row(point.Number, before);
        if (late is { } row && StoredTime.ToMilliseconds(row.Time) >= point.ClosedTo) return late;
        var found = InChunks(point, before, late) ?? late;
        if (found is { } last && StoredTime.ToMilliseconds(last.Time) >= point.RawFrom) return found;
        return Later(found, InRollups(point, Math.Min(before, point.RawFrom)));
    }

    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<SqliteStatement>)[row, chunks, replaced, rollups]) statement.Dispose();
    }

    private static Sample? Later(Sample? a, Sample? b) => a is null || b is { } other && other.Time >= a.Value.Time ? b : a;

    private static Sample At(long time, double value) => new(StoredTime.FromMilliseconds(time), value);

    private Sample? Row(long point, long before)
    {
        Sample? found = row.Bind(1, point).Bind(2, before).Step() ? At(row.Int64(0), row.Double(1)) : null;
        row.Reset();
        return found;
    }

    /// <summary>The later one of the row and what is in chunks; null when there is nothing in chunks behind the row.</summary>
    private Sample? InChunks(in StoredPoint point, long before, Sample? late)
    {
        var row = late is { } known ? StoredTime.ToMilliseconds(known.Time) : long.MinValue;
        Sample? found = null;
        chunks.Bind(1, point.Number).Bind(2, before);
        while (found is null && chunks.Step())
        {
            if (chunks.Int64(0) <= row) found = late;
            else found = InChunk(point.Number, before, row) ?? (readings.Count > 0 && readings.Times[0] <= row ? late : null);
        }

        chunks.Reset();
        return found;
    }

    private Sample? InChunk(long point, long before, long after)
    {
        ChunkFormat.Unpack(chunks.Bytes(1), readings);
        for (var i = ChunkCursor.IndexOf(readings, 0, before) - 1; i >= 0 && readings.Times[i] > after; i--)
        {
            if (readings.Qualities[i] < ReadingRun.FirstBad && !IsReplaced(point, readings.Times[i]))
                return At(readings.Times[i], readings.Values[i]);
        }

        return null;
    }

    private bool IsReplaced(long point, long time)
    {
        var found = replaced.Bind(1, point).Bind(2, time).Step();
        replaced.Reset();
        return found;
    }

    private Sample? InRollups(in StoredPoint point, long before)
    {
        for (var level = 0; level < RollupLevel.Count; level++)
            if (Last(rollups.Bind(1, point.Number).Bind(2, level).Bind(3, before), before, point.FinerFrom(level)) is { } last)
                return last;
        return null;
    }

    /// <summary>The end of the last roll-up that starts before a time and of which nothing finer is left.</summary>
    private Sample? Last(SqliteStatement rows, long before, long finerFrom)
    {
        Sample? found = null;
        while (found is null && rows.Step())
        {
            windows.Clear();
            RollupFormat.Unpack(rows.Bytes(0), windows);
            var last = windows.FindLastIndex(w => w.Start < before && w.First < finerFrom);
            if (last >= 0) found = windows[last].Summary.Last;
        }

        rows.Reset();
        return found;
    }
}
