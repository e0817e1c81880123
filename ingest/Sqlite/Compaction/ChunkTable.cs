using Microsoft.Data.Sqlite;
using Plantroom.Ingest.Sqlite.Packing;

namespace Plantroom.Ingest.Sqlite.Compaction;

/// <summary>A row of table <c>chunk</c> without its readings.</summary>
internal readonly record struct ChunkRow(long Id, long Start, long End, int Count);

/// <summary>
/// The rows of table <c>chunk</c>. They are added at the end, so that pages are full and stay as they are. Only the last chunk of a point,
/// which is written again with each round, has a place of its own (the id <c>-point</c>) until it is full.
/// </summary>
internal sealed class ChunkTable(SqliteConnection connection) : IDisposable
{
    private const string Columns = "SELECT id, start_ms, end_ms, count FROM chunk";

    private readonly SqliteStatement at =
        new(connection, $"{Columns} WHERE point = ?1 AND start_ms <= ?2 ORDER BY start_ms DESC LIMIT 1");

    private readonly SqliteStatement after =
        new(connection, $"{Columns} WHERE point = ?1 AND start_ms > ?2 ORDER BY start_ms LIMIT 1");

    private readonly SqliteStatement data = new(connection, "SELECT data FROM chunk WHERE id = ?1");
    private readonly SqliteStatement remove = new(connection, "DELETE FROM chunk WHERE id = ?1");
    private readonly SqliteStatement settle = new(connection, "UPDATE chunk SET id = max(0, (SELECT max(id) FROM chunk)) + 1 WHERE id = ?1");
    private readonly SqliteStatement addLast =
        new(connection, "INSERT INTO chunk (id, point, start_ms, end_ms, count, data) VALUES (-?1, ?1, ?2, ?3, ?4, ?5)");

    private readonly SqliteStatement add = new(connection,
        """
        INSERT INTO chunk (id, point, start_ms, end_ms, count, data)
        VALUES (coalesce(max(0, (SELECT max(id) FROM chunk)), 0) + 1, ?1, ?2, ?3, ?4, ?5)
        """);

    /// <summary>The chunk that a time lies in, or else the one before it; null when there is neither.</summary>
    public ChunkRow? AtOrBefore(long point, long time) => Row(at.Bind(1, point).Bind(2, time));

    /// <summary>The first chunk that starts after a time; null when there is none.</summary>
    public ChunkRow? After(long point, long time) => Row(after.Bind(1, point).Bind(2, time));

    /// <summary>Unpacks the readings of a chunk.</summary>
    /// <exception cref="InvalidDataException">The chunk is damaged.</exception>
    public void Read(in ChunkRow chunk, ChunkBuffer into)
    {
        data.Bind(1, chunk.Id);
        try
        {
            data.Step();
            ChunkFormat.Unpack(data.Bytes(0), into);
            if (into.Count != chunk.Count) throw new InvalidDataException($"a chunk has {into.Count} readings instead of {chunk.Count}");
        }
        finally
        {
            data.Reset();
        }
    }

    public void Remove(in ChunkRow chunk) => remove.Bind(1, chunk.Id).Run();

    /// <summary>The last chunk of a point does not grow any more: it gets a place among the full ones.</summary>
    public void Settle(long point) => settle.Bind(1, -point).Run();

    /// <summary>Adds a chunk.</summary>
    /// <param name="point">Whose.</param>
    /// <param name="readings">The buffer that it is a part of.</param>
    /// <param name="piece">Which part.</param>
    /// <param name="isLast">Whether it is the last one of the point; the one that was last before is settled or removed.</param>
    public void Add(long point, ChunkBuffer readings, in ChunkPiece piece, bool isLast)
    {
        var parts = piece.From..piece.To;
        var packed = ChunkFormat.Pack(readings.Times.AsSpan(parts), readings.Values.AsSpan(parts), readings.Qualities.AsSpan(parts));
        (isLast ? addLast : add).Bind(1, point).Bind(2, piece.Start).Bind(3, piece.End).Bind(4, piece.To - piece.From).Bind(5, packed).Run();
    }

    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<SqliteStatement>)[at, after, data, remove, settle, addLast, add]) statement.Dispose();
    }

    private static ChunkRow? Row(SqliteStatement query)
    {
        if (!query.Step()) return null;
        var row = new ChunkRow(query.Int64(0), query.Int64(1), query.Int64(2), (int)query.Int64(3));
        query.Reset();
        return row;
    }
}
