using Microsoft.Data.Sqlite;

namespace Plantroom.Host.Startup;

/// <summary>
/// Clears what a process that was killed while it brought its tables up to date has left behind: EF Core's lock, for which the next
/// process would wait for ever. The data folder is ours alone (see <see cref="FolderCheck"/>), so whoever held the lock is gone.
/// </summary>
internal static class MigrationLocks
{
    public static void Clear(DataFolder data)
    {
        if (!File.Exists(data.Database)) return;
        using var connection = new SqliteConnection($"Data Source={data.Database}");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = """DROP TABLE IF EXISTS "__EFMigrationsLock";""";
        command.ExecuteNonQuery();
    }
}
