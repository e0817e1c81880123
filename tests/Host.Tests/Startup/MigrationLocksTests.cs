using Microsoft.Data.Sqlite;
using Plantroom.Host.Startup;
using Plantroom.TestKit;

namespace Plantroom.Host.Tests.Startup;

public sealed class MigrationLocksTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        folder.Dispose();
    }

    [Fact]
    public void Clear_LockOfAKilledProcess_IsGone_AndTheRestStays()
    {
        var data = new DataFolder(folder.Path);
        Run(data, """CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER PRIMARY KEY); INSERT INTO "__EFMigrationsLock" VALUES (1); CREATE TABLE kept (x)""");

        MigrationLocks.Clear(data);

        Assert.Equal("kept", Run(data, "SELECT group_concat(name) FROM sqlite_master"));
    }

    [Fact]
    public void Clear_WithoutADatabase_MakesNone()
    {
        var data = new DataFolder(folder.Path);

        MigrationLocks.Clear(data);

        Assert.False(File.Exists(data.Database));
    }

    private static object? Run(DataFolder data, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={data.Database}");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
