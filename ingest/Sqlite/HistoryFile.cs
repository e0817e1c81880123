using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Plantroom.Ingest.Sqlite;

/// <summary>Opens connections to the database of readings.</summary>
internal static class HistoryFile
{
    /// <summary>
    /// How long SQLite itself waits for a lock that another process holds, for example a backup; beyond it the commit counts as failed
    /// and is tried again.
    /// </summary>
    private const int BusyMilliseconds = 100;

    /// <summary>SQLite's default; measured against 2, 8 and 16 KiB: the fastest for many points that each grow at their end.</summary>
    private const int PageBytes = 4096;

    private const int ReaderCacheMegabytes = 8;

    /// <summary>Opens the one connection that writes. Makes the file and brings its schema up to date.</summary>
    public static SqliteConnection OpenWriter(string path, IngestOptions options)
    {
        var connection = Open(path, SqliteOpenMode.ReadWriteCreate);
        try
        {
            var synchronous = options.Durability is Durability.Full ? "FULL" : "NORMAL";
            var checkpointPages = options.CheckpointMegabytes * (1024 * 1024 / PageBytes);
            Run(connection, $"PRAGMA page_size={PageBytes}");
            Run(connection, "PRAGMA journal_mode=WAL");
            Run(connection, $"PRAGMA synchronous={synchronous}");
            Run(connection, $"PRAGMA wal_autocheckpoint={checkpointPages}");

            // A long query keeps the log from being started again; without a limit the file would keep the size it grew to meanwhile.
            Run(connection, $"PRAGMA journal_size_limit={options.CheckpointMegabytes * 1024L * 1024}");
            Run(connection, $"PRAGMA cache_size=-{options.CacheMegabytes * 1024}");
            Run(connection, "PRAGMA temp_store=MEMORY");
            HistorySchema.Apply(connection, HistorySchema.Migrations);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens a connection that only reads; the file must exist.</summary>
    /// <remarks>
    /// Opened for writing all the same: the last connection to close tidies the write-ahead log away, and any may be the last.
    /// </remarks>
    public static SqliteConnection OpenReader(string path)
    {
        var connection = Open(path, SqliteOpenMode.ReadWrite);
        try
        {
            Run(connection, "PRAGMA query_only=1");
            Run(connection, $"PRAGMA cache_size=-{ReaderCacheMegabytes * 1024}");
            Run(connection, "PRAGMA temp_store=MEMORY");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens a connection that leaves the file as it is, to look at it.</summary>
    public static SqliteConnection OpenToInspect(string path) => Open(path, SqliteOpenMode.ReadOnly);

    /// <summary>Runs one statement.</summary>
    public static void Run(SqliteConnection connection, string sql)
    {
        using var statement = new SqliteStatement(connection, sql);
        statement.Run();
    }

    /// <summary>Asks for one number.</summary>
    public static long Scalar(SqliteConnection connection, string sql)
    {
        using var statement = new SqliteStatement(connection, sql);
        var value = statement.Step() ? statement.Int64(0) : 0;
        statement.Reset();
        return value;
    }

    private static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        var settings = new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false };
        var connection = new SqliteConnection(settings.ToString());
        try
        {
            connection.Open();
            _ = raw.sqlite3_busy_timeout(connection.Handle, BusyMilliseconds);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
