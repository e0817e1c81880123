using Microsoft.Data.Sqlite;
using Plantroom.TestKit;

namespace Plantroom.Sqlite.Tests;

public sealed class SqliteFileTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Open_NoFile_IsRefusedUnlessItMayBeMade()
    {
        var path = folder.File("some.db");
        Assert.Throws<SqliteException>(() => SqliteFile.Open(path, SqliteOpenMode.ReadWrite));
        Assert.False(File.Exists(path));
        SqliteFile.Open(path, SqliteOpenMode.ReadWriteCreate).Dispose();
        Assert.True(File.Exists(path));
    }

    [Fact]
    public void Number_NoRowOrNoValue_IsZero()
    {
        using var connection = SqliteFile.Open(folder.File("some.db"), SqliteOpenMode.ReadWriteCreate);
        SqliteFile.Run(connection, "CREATE TABLE item (id INTEGER PRIMARY KEY)");

        Assert.Equal(0, SqliteFile.Number(connection, "SELECT max(id) FROM item"));
        Assert.Equal(0, SqliteFile.Number(connection, "SELECT id FROM item"));
    }
}
