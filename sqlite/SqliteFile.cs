using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Plantroom.Sqlite;

/// <summary>Opens database files, and runs what is asked only once.</summary>
internal static class SqliteFile
{
    /// <summary>
    /// How long SQLite itself waits for a lock that another process holds, for example a backup; beyond it the statement fails with
    /// SQLITE_BUSY and its caller decides.
    /// </summary>
    private const int BusyMilliseconds = 100;

    /// <summary>Opens a connection of its own: closing it closes the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mode">Whether it may be written, or made.</param>
    /// <exception cref="SqliteException">It cannot be opened.</exception>
    public static SqliteConnection Open(string path, SqliteOpenMode mode)
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

    /// <summary>Runs one statement.</summary>
    /// <exception cref="SqliteException">It failed.</exception>
    public static void Run(SqliteConnection connection, string sql)
    {
        using var statement = new SqliteStatement(connection, sql);
        statement.Run();
    }

    /// <summary>Asks for one number; 0 when there is no row or no value.</summary>
    /// <exception cref="SqliteException">The question failed.</exception>
    public static long Number(SqliteConnection connection, string sql)
    {
        using var statement = new SqliteStatement(connection, sql);
        return statement.Number() ?? 0;
    }
}
