using Microsoft.Data.Sqlite;

namespace Plantroom.Ingest.Sqlite.Queries;

/// <summary>The readings of a point that are rows, in the order of time: those of its open period, and late ones before it.</summary>
internal sealed class RowCursor(SqliteConnection connection) : IDisposable
{
    private readonly SqliteStatement rows = new(connection,
        "SELECT time_ms, value, quality FROM reading WHERE point = ?1 AND time_ms >= ?2 AND time_ms < ?3 ORDER BY time_ms");

    private readonly long[] time = [long.MaxValue];
    private readonly double[] value = [0];
    private readonly byte[] quality = [0];

    /// <summary>When the next one was measured; <see cref="long.MaxValue"/> behind the last one.</summary>
    public long Time => time[0];

    /// <summary>Stands on the first row of a range afterwards.</summary>
    public void Start(long point, long from, long to)
    {
        rows.Reset();
        rows.Bind(1, point).Bind(2, from).Bind(3, to);
        time[0] = from;
        Move();
    }

    /// <summary>Passes over rows before a time.</summary>
    public void SkipTo(long moment)
    {
        while (Time < moment) Move();
    }

    /// <summary>The row it stands on. The cursor moves on with the next <see cref="SkipTo"/>.</summary>
    public ReadingRun Row()
    {
        (value[0], quality[0]) = (rows.Double(1), (byte)rows.Int64(2));
        return new(time, value, quality);
    }

    public void Reset() => rows.Reset();

    public void Dispose() => rows.Dispose();

    private void Move() => time[0] = rows.Step() ? rows.Int64(0) : long.MaxValue;
}
