using Microsoft.Data.Sqlite;
using Plantroom.Ingest.Sqlite.Packing;

namespace Plantroom.Ingest.Sqlite.Compaction;

/// <summary>The rows of table <c>reading</c>: what is not in a chunk yet.</summary>
internal sealed class OpenReadings(SqliteConnection connection) : IDisposable
{
    private readonly SqliteStatement oldest = new(connection, "SELECT min(time_ms) FROM reading WHERE point = ?1");
    private readonly SqliteStatement newest = new(connection, "SELECT max(time_ms) FROM reading WHERE point = ?1");
    private readonly SqliteStatement nth =
        new(connection, "SELECT time_ms FROM reading WHERE point = ?1 AND time_ms < ?2 ORDER BY time_ms LIMIT 1 OFFSET ?3");

    private readonly SqliteStatement rows = new(connection,
        "SELECT time_ms, value, quality FROM reading WHERE point = ?1 AND time_ms >= ?2 AND time_ms < ?3 ORDER BY time_ms LIMIT ?4");

    private readonly SqliteStatement remove = new(connection, "DELETE FROM reading WHERE point = ?1 AND time_ms >= ?2 AND time_ms < ?3");

    /// <summary>The time of a point's oldest row; null when it has none.</summary>
    public long? Oldest(long point) => oldest.Bind(1, point).Number();

    /// <summary>The time of a point's newest row; null when it has none.</summary>
    public long? Newest(long point) => newest.Bind(1, point).Number();

    /// <summary>Whether a point has at least so many rows before a time.</summary>
    public bool HasAtLeast(long point, int count, long before) => nth.Bind(1, point).Bind(2, before).Bind(3, count - 1).Number() is not null;

    /// <summary>Reads the first rows of a period.</summary>
    public void Read(long point, long from, long to, int most, ChunkBuffer into)
    {
        into.Clear();
        rows.Bind(1, point).Bind(2, from).Bind(3, to).Bind(4, most);
        while (rows.Step()) into.Add(rows.Int64(0), rows.Double(1), (byte)rows.Int64(2));
    }

    /// <summary>Removes the rows of a period.</summary>
    public void Remove(long point, long from, long to) => remove.Bind(1, point).Bind(2, from).Bind(3, to).Run();

    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<SqliteStatement>)[oldest, newest, nth, rows, remove]) statement.Dispose();
    }
}
