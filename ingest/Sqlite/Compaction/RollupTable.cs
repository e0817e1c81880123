using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Plantroom.Ingest.Sqlite.Packing;

namespace Plantroom.Ingest.Sqlite.Compaction;

/// <summary>
/// The rows of table <c>rollup</c>. The newest row of a point and level, which is written again with each round, has an id below zero; when a
/// newer one follows, it moves to the end of the table, so that its pages are full.
/// </summary>
internal sealed class RollupTable(SqliteConnection connection) : IDisposable
{
    private readonly SqliteStatement find =
        new(connection, "SELECT id, data FROM rollup WHERE point = ?1 AND level = ?2 AND start_ms = ?3");

    private readonly SqliteStatement newest =
        new(connection, "SELECT max(start_ms) FROM rollup WHERE point = ?1 AND level = ?2");

    private readonly SqliteStatement change = new(connection, "UPDATE rollup SET data = ?2 WHERE id = ?1");
    private readonly SqliteStatement remove = new(connection, "DELETE FROM rollup WHERE id = ?1");
    private readonly SqliteStatement settle = new(connection, "UPDATE rollup SET id = max(0, (SELECT max(id) FROM rollup)) + 1 WHERE id = ?1");
    private readonly SqliteStatement addLast =
        new(connection, "INSERT INTO rollup (id, point, level, start_ms, end_ms, data) VALUES (?6, ?1, ?2, ?3, ?4, ?5)");

    private readonly SqliteStatement add = new(connection,
        """
        INSERT INTO rollup (id, point, level, start_ms, end_ms, data)
        VALUES (coalesce(max(0, (SELECT max(id) FROM rollup)), 0) + 1, ?1, ?2, ?3, ?4, ?5)
        """);

    /// <summary>Reads the row that windows of a time are in; an empty one when there is none.</summary>
    /// <exception cref="InvalidDataException">The row is damaged.</exception>
    public RollupBlock Read(long point, int level, long time)
    {
        var start = StoredTime.WindowStart(time, RollupLevel.BlockOf(level));
        find.Bind(1, point).Bind(2, level).Bind(3, start);
        try
        {
            if (!find.Step()) return new(0, level, start);
            var block = new RollupBlock(find.Int64(0), level, start);
            RollupFormat.Unpack(find.Bytes(1), block.Windows);
            return block;
        }
        finally
        {
            find.Reset();
        }
    }

    /// <summary>Stores a row.</summary>
    public void Write(long point, RollupBlock block, bool withRise)
    {
        if (block.Windows.Count == 0)
        {
            if (block.Id != 0) remove.Bind(1, block.Id).Run();
            return;
        }

        var packed = RollupFormat.Pack(CollectionsMarshal.AsSpan(block.Windows), withRise);
        if (block.Id != 0) change.Bind(1, block.Id).Bind(2, packed).Run();
        else Add(point, block, packed);
    }

    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<SqliteStatement>)[find, newest, change, remove, settle, addLast, add]) statement.Dispose();
    }

    private void Add(long point, RollupBlock block, byte[] packed)
    {
        var statement = add;
        if (newest.Bind(1, point).Bind(2, block.Level).Number() is not { } last || last < block.Start)
        {
            var growing = -((point * RollupLevel.Count) + block.Level);
            settle.Bind(1, growing).Run();
            statement = addLast.Bind(6, growing);
        }

        statement.Bind(1, point).Bind(2, block.Level).Bind(3, block.Start).Bind(4, block.End).Bind(5, packed).Run();
    }
}
