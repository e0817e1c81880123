using Microsoft.Data.Sqlite;
using Plantroom.Ingest.Sqlite.Packing;

namespace Plantroom.Ingest.Sqlite.Queries;

/// <summary>The readings of a point that are in chunks, in the order of time. Only chunks that are asked for are unpacked.</summary>
internal sealed class ChunkCursor(SqliteConnection connection) : IDisposable
{
    // The chunk that the range begins in starts before it. Its data is only touched when it is asked for.
    private readonly SqliteStatement chunks = new(connection,
        """
        SELECT start_ms, end_ms, data FROM chunk
        WHERE point = ?1 AND start_ms < ?3
            AND start_ms >= coalesce((SELECT max(start_ms) FROM chunk WHERE point = ?1 AND start_ms <= ?2), ?2)
        ORDER BY start_ms
        """);

    private readonly ChunkBuffer readings = new();
    private bool unpacked;
    private long start;
    private long end;
    private int next;

    /// <summary>Stands before the readings of a range afterwards.</summary>
    public void Start(long point, long from, long to)
    {
        chunks.Reset();
        chunks.Bind(1, point).Bind(2, from).Bind(3, to);
        start = end = long.MinValue;
        Step();
    }

    /// <summary>Moves to the first reading from a time on; false when there is none before another one.</summary>
    /// <remarks>Times that are asked for only ever rise.</remarks>
    public bool Find(long from, long before)
    {
        while (true)
        {
            while (end <= from) Step();
            if (start >= before) return false;
            Unpack();
            next = IndexOf(from);
            if (next < readings.Count) return readings.Times[next] < before;
            Step();
        }
    }

    /// <summary>The readings of this chunk from the found one to before a time.</summary>
    public ReadingRun Take(long before)
    {
        var first = next;
        next = IndexOf(before);
        var count = next - first;
        return new(readings.Times.AsSpan(first, count), readings.Values.AsSpan(first, count), readings.Qualities.AsSpan(first, count));
    }

    public void Reset() => chunks.Reset();

    public void Dispose() => chunks.Dispose();

    /// <summary>Where in a chunk, from its reading <paramref name="first"/> on, the first one at or after a time is.</summary>
    public static int IndexOf(ChunkBuffer readings, int first, long time)
    {
        if (first >= readings.Count || readings.Times[first] >= time) return first;
        var found = readings.Times.AsSpan(first, readings.Count - first).BinarySearch(time);
        return first + (found >= 0 ? found : ~found);
    }

    private int IndexOf(long time) => IndexOf(readings, next, time);

    private void Step()
    {
        unpacked = false;
        if (start != long.MaxValue && chunks.Step()) (start, end) = (chunks.Int64(0), chunks.Int64(1));
        else start = end = long.MaxValue;
    }

    private void Unpack()
    {
        if (unpacked) return;
        ChunkFormat.Unpack(chunks.Bytes(2), readings);
        (unpacked, next) = (true, 0);
    }
}
