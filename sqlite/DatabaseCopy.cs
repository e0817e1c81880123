using Microsoft.Data.Sqlite;

namespace Plantroom.Sqlite;

/// <summary>Copies and inspects databases as a whole; while they are in use, too.</summary>
public static class DatabaseCopy
{
    /// <summary>Copies one state of a database into a new file. Commits go on meanwhile; they are not in it.</summary>
    /// <param name="from">The database; it may be in use.</param>
    /// <param name="to">An empty file.</param>
    /// <exception cref="SqliteException">It could not be read or written.</exception>
    public static void Copy(string from, string to)
    {
        using var source = SqliteFile.Open(from, SqliteOpenMode.ReadWrite);
        using var copy = SqliteFile.Open(to, SqliteOpenMode.ReadWrite);
        source.BackupDatabase(copy);

        // One file is a whole copy: without a log beside it.
        SqliteFile.Run(copy, "PRAGMA journal_mode=DELETE");
    }

    /// <summary>What SQLite itself finds wrong with a database; nothing when it is whole. Reads all of it.</summary>
    public static IEnumerable<string> Problems(string path)
    {
        using var connection = SqliteFile.Open(path, SqliteOpenMode.ReadOnly);
        using var check = new SqliteStatement(connection, "PRAGMA integrity_check(20)");
        while (true)
        {
            string? found;
            try
            {
                found = check.Step() ? check.Text(0) : null;
            }
            catch (SqliteException e)
            {
                found = e.Message;
                check.Reset();
            }

            if (found is null or "ok") yield break;
            yield return found;
            if (found.StartsWith("SQLite Error", StringComparison.Ordinal)) yield break;
        }
    }
}
