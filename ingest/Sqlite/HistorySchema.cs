using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Plantroom.Ingest.Sqlite;

/// <summary>
/// The tables of the database of readings. The version is in <c>user_version</c>; a migration is never changed once it was
/// released, only followed by another one.
/// </summary>
internal static class HistorySchema
{
    /// <summary>What brings a database from version n to n + 1, in order.</summary>
    public static IReadOnlyList<string[]> Migrations { get; } =
    [
        [
            "CREATE TABLE point (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",

            // Time is milliseconds since 1970 UTC, quality one byte (Quality.ToByte). The key orders the readings of a point by
            // time in neighbouring pages, and makes a repeated reading replace itself.
            """
            CREATE TABLE reading (
                point INTEGER NOT NULL, time_ms INTEGER NOT NULL, value REAL NOT NULL, quality INTEGER NOT NULL,
                PRIMARY KEY (point, time_ms)) WITHOUT ROWID
            """,
        ],
        [
            // Readings of a point before closed_ms are in chunks; those of it in table reading are late and win over the chunk's. It is a whole
            // quarter hour, but inside one of a point that has thousands of readings in it or that went silent. The newest reading of a point
            // is always in table reading.
            "ALTER TABLE point ADD COLUMN closed_ms INTEGER NOT NULL DEFAULT -9223372036854775808",

            // What retention has removed of a point: chunks before raw_from_ms, roll-ups of quarter hours and of hours before the others. What is
            // found there nevertheless came later and is not all of it.
            "ALTER TABLE point ADD COLUMN raw_from_ms INTEGER NOT NULL DEFAULT -9223372036854775808",
            "ALTER TABLE point ADD COLUMN quarters_from_ms INTEGER NOT NULL DEFAULT -9223372036854775808",
            "ALTER TABLE point ADD COLUMN hours_from_ms INTEGER NOT NULL DEFAULT -9223372036854775808",

            // A chunk holds the readings of a point from start_ms to before end_ms, whole quarter hours like closed_ms; chunks of a point do not
            // overlap. Rows are only ever added at the end of the table, so that its pages are full; the last chunk of a point, which still
            // grows, has the id -point.
            """
            CREATE TABLE chunk (
                id INTEGER PRIMARY KEY, point INTEGER NOT NULL, start_ms INTEGER NOT NULL, end_ms INTEGER NOT NULL,
                count INTEGER NOT NULL, data BLOB NOT NULL)
            """,
            "CREATE UNIQUE INDEX chunk_of_point ON chunk (point, start_ms, end_ms)",

            // Level 0: quarter hours, 1: hours, 2: days of the site's time zone. A row holds the windows that start from start_ms to before
            // end_ms. They tell what the chunks tell, also when those are gone; so the window that closed_ms lies in, of whatever level, tells of
            // its part before closed_ms. Rows that still grow have ids below zero.
            """
            CREATE TABLE rollup (
                id INTEGER PRIMARY KEY, point INTEGER NOT NULL, level INTEGER NOT NULL, start_ms INTEGER NOT NULL,
                end_ms INTEGER NOT NULL, data BLOB NOT NULL)
            """,
            "CREATE UNIQUE INDEX rollup_of_point ON rollup (point, level, start_ms, end_ms)",

            // What the readings took at a moment, once a day, to tell how fast they grow.
            "CREATE TABLE growth (at_ms INTEGER PRIMARY KEY, bytes INTEGER NOT NULL)",
        ],
    ];

    /// <summary>Brings a database up to date, all or nothing.</summary>
    /// <exception cref="SqliteException">It cannot be written, or its version is not known here.</exception>
    public static void Apply(SqliteConnection connection, IReadOnlyList<string[]> migrations)
    {
        if (Version(connection) == migrations.Count) return;
        HistoryFile.Run(connection, "BEGIN IMMEDIATE");
        try
        {
            // Read again under the lock: another process may have been faster.
            var version = Version(connection);
            if (Problem(connection, migrations.Count) is { } problem) throw new SqliteException(problem, raw.SQLITE_NOTADB);
            foreach (var statement in migrations.Skip((int)version).SelectMany(static m => m)) HistoryFile.Run(connection, statement);
            HistoryFile.Run(connection, $"PRAGMA user_version={migrations.Count}");
            HistoryFile.Run(connection, "COMMIT");
        }
        catch
        {
            // Some errors have rolled back already; a second ROLLBACK is then the error that nobody needs to hear of.
            if (raw.sqlite3_get_autocommit(connection.Handle) == 0) HistoryFile.Run(connection, "ROLLBACK");
            throw;
        }
    }

    /// <summary>Why a database cannot be used; null when it can, perhaps after migrations.</summary>
    public static string? Problem(SqliteConnection connection, int known)
    {
        var version = Version(connection);
        if (version > known)
            return $"its schema version is {version}, made by a newer Plantroom; this one knows versions up to {known}";
        var tables = HistoryFile.Scalar(connection, "SELECT count(*) FROM sqlite_schema WHERE type = 'table'");
        return version <= 0 && tables > 0 ? "it is a database of something else" : null;
    }

    private static long Version(SqliteConnection connection) => HistoryFile.Scalar(connection, "PRAGMA user_version");
}
