using Microsoft.Data.Sqlite;

namespace Plantroom.Mqtt.Persistence;

/// <summary>An open SQLite file with its prepared statements. Used by one thread at a time.</summary>
/// <remarks>The write-ahead log is synced with every commit: what is committed survives the loss of power.</remarks>
internal abstract class StoreFile : IDisposable
{
    /// <summary>Pages of 4 KiB in the write-ahead log before it is written back: 16 MiB, so that a burst is written back once.</summary>
    private const int CheckpointPages = 4096;

    private readonly List<SqliteStatement> statements = [];
    private readonly SqliteStatement begin;
    private readonly SqliteStatement commit;

    /// <summary>Opens the file, makes it when it is new and brings it up to date when it is old.</summary>
    /// <param name="path">Where it is; its folder must exist.</param>
    /// <param name="schema">What it holds.</param>
    /// <exception cref="SqliteException">It cannot be opened, is of something else, or was made by a newer version.</exception>
    protected StoreFile(string path, StoreSchema schema)
    {
        Connection = SqliteFile.Open(path, SqliteOpenMode.ReadWriteCreate);
        try
        {
            schema.Check(Connection);
            Run("PRAGMA journal_mode=WAL");
            Run("PRAGMA synchronous=FULL");
            Run($"PRAGMA wal_autocheckpoint={CheckpointPages}");
            Run($"PRAGMA journal_size_limit={CheckpointPages * 4096}");
            schema.Apply(Connection);
            begin = Prepare("BEGIN IMMEDIATE");
            commit = Prepare("COMMIT");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The connection.</summary>
    protected SqliteConnection Connection { get; }

    /// <summary>Starts a transaction. One that is not committed is gone when the file is disposed.</summary>
    public void Begin() => begin.Run();

    /// <summary>Makes the transaction durable.</summary>
    public void Commit() => commit.Run();

    /// <summary>Opens a connection that does not write, to look at a file.</summary>
    public static SqliteConnection OpenToInspect(string path) => SqliteFile.Open(path, SqliteOpenMode.ReadOnly);

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        foreach (var statement in statements) statement.Dispose();
        Connection.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs one statement.</summary>
    protected void Run(string sql) => SqliteFile.Run(Connection, sql);

    /// <summary>A statement that is disposed with the file.</summary>
    protected SqliteStatement Prepare(string sql)
    {
        var statement = new SqliteStatement(Connection, sql);
        statements.Add(statement);
        return statement;
    }
}
