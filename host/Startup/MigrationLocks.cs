using Microsoft.Data.Sqlite;

namespace Plantroom.Host.Startup;

/// <summary>
/// Clears what a process that was killed while it brought its tables up to date has left behind: EF Core's lock, for which the next
/// process would wait for ever. Before that, a database out of a backup is made ready to be written. The data folder is ours alone (see
/// <see cref="FolderCheck"/>), so whoever held the lock is gone.
/// </summary>
internal static class MigrationLocks
{
    public static void Clear(DataFolder data)
    {
        if (!File.Exists(data.Database)) return;
        using var connection = new SqliteConnection($"Data Source={data.Database}");
        connection.Open();
        using var command = connection.CreateCommand();

        // A database out of a backup has no log beside it. EF Core looks first with a connection that may not change that.
        command.CommandText = """PRAGMA journal_mode=WAL; DROP TABLE IF EXISTS "__EFMigrationsLock";""";
        command.ExecuteNonQuery();
    }
}
