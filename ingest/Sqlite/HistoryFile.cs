using Microsoft.Data.Sqlite;

namespace Plantroom.Ingest.Sqlite;

/// <summary>Opens connections to the database of readings.</summary>
internal static class HistoryFile
{
    /// <summary>SQLite's default; measured against 2, 8 and 16 KiB: the fastest for many points that each grow at their end.</summary>
    private const int PageBytes = 4096;

    private const int ReaderCacheMegabytes = 8;

    /// <summary>Opens the one connection that writes. Makes the file and brings its schema up to date.</summary>
    public static SqliteConnection OpenWriter(string path, IngestOptions options)
    {
        var connection = SqliteFile.Open(path, SqliteOpenMode.ReadWriteCreate);
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
        var connection = SqliteFile.Open(path, SqliteOpenMode.ReadWrite);
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
    public static SqliteConnection OpenToInspect(string path) => SqliteFile.Open(path, SqliteOpenMode.ReadOnly);

    /// <summary>Runs one statement.</summary>
    public static void Run(SqliteConnection connection, string sql) => SqliteFile.Run(connection, sql);

    /// <summary>Asks for one number.</summary>
    public static long Scalar(SqliteConnection connection, string sql) => SqliteFile.Number(connection, sql);
}
