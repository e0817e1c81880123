using Microsoft.Data.Sqlite;
using Plantroom.TestKit;

namespace Plantroom.Sqlite.Tests;

public sealed class SqliteStatementTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly SqliteConnection connection;

    public SqliteStatementTests()
    {
        connection = SqliteFile.Open(folder.File("some.db"), SqliteOpenMode.ReadWriteCreate);
        SqliteFile.Run(connection, "CREATE TABLE item (id INTEGER PRIMARY KEY, size REAL, name TEXT, data BLOB)");
    }

    public void Dispose()
    {
        connection.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Step_WhatWasBound_ComesBack()
    {
        Insert(long.MinValue, -0.1, "温度 °C", [1, 0, 255]);
        using var select = new SqliteStatement(connection, "SELECT id, size, name, data FROM item");

        Assert.True(select.Step());
        Assert.Equal(long.MinValue, select.Int64(0));
        Assert.Equal(-0.1, select.Double(1));
        Assert.Equal("温度 °C", select.Text(2));
        Assert.Equal([1, 0, 255], select.Bytes(3).ToArray());
        Assert.Equal([1, 0, 255], select.Blob(3));
        Assert.False(select.Step());
    }

    [Fact]
    public void Bind_EmptyBytes_AreNotNull()
    {
        Insert(1, 0, "", []);
        using var select = new SqliteStatement(connection, "SELECT name, data FROM item");

        Assert.True(select.Step());
        Assert.False(select.IsNull(0));
        Assert.Equal("", select.Text(0));
        Assert.False(select.IsNull(1));
        Assert.Empty(select.Blob(1));
    }

    [Fact]
    public void BindNull_AfterAValue_IsNull()
    {
        using var insert = new SqliteStatement(connection, "INSERT INTO item (id, size) VALUES (?1, ?2)");
        insert.Bind(1, 1).Bind(2, 2.5).Run();
        insert.Bind(1, 2).BindNull(2).Run();

        Assert.Equal(1, SqliteFile.Number(connection, "SELECT count(*) FROM item WHERE size IS NULL"));
        Assert.Equal(2, SqliteFile.Number(connection, "SELECT id FROM item WHERE size IS NULL"));
    }

    [Fact]
    public void Step_AfterTheLastRow_StartsAgain()
    {
        for (var id = 1; id <= 3; id++) Insert(id, 0, "", []);
        using var select = new SqliteStatement(connection, "SELECT id FROM item WHERE id >= ?1 ORDER BY id");

        Assert.Equal([2, 3], From(2));
        Assert.Equal([3], From(3));
        Assert.Equal([], From(4));

        List<long> From(long id)
        {
            var found = new List<long>();
            select.Bind(1, id);
            while (select.Step()) found.Add(select.Int64(0));
            return found;
        }
    }

    [Fact]
    public void Step_Failed_LeavesTheStatementUsable()
    {
        using var insert = new SqliteStatement(connection, "INSERT INTO item (id) VALUES (?1)");
        insert.Bind(1, 1).Run();

        var failure = Assert.Throws<SqliteException>(() => insert.Bind(1, 1).Run());
        Assert.Equal(SQLitePCL.raw.SQLITE_CONSTRAINT, failure.SqliteErrorCode);
        insert.Bind(1, 2).Run();

        Assert.Equal(2, SqliteFile.Number(connection, "SELECT count(*) FROM item"));
    }

    [Fact]
    public void Number_NoRowOrNoValue_IsNull()
    {
        using var largest = new SqliteStatement(connection, "SELECT max(id) FROM item");
        using var first = new SqliteStatement(connection, "SELECT id FROM item");
        Assert.Null(largest.Number());
        Assert.Null(first.Number());

        Insert(7, 0, "", []);
        Assert.Equal(7, largest.Number());
        Assert.Equal(7, first.Number());
    }

    [Fact]
    public void Reset_BeforeTheLastRow_LetsGoOfTheDatabase()
    {
        Insert(1, 0, "", []);
        Insert(2, 0, "", []);
        SqliteFile.Run(connection, "PRAGMA journal_mode=DELETE");
        using var select = new SqliteStatement(connection, "SELECT id FROM item");
        using var other = SqliteFile.Open(folder.File("some.db"), SqliteOpenMode.ReadWrite);

        Assert.True(select.Step());
        var refused = Assert.Throws<SqliteException>(() => SqliteFile.Run(other, "DELETE FROM item"));
        Assert.Equal(SQLitePCL.raw.SQLITE_BUSY, refused.SqliteErrorCode);

        select.Reset();
        SqliteFile.Run(other, "DELETE FROM item");
        Assert.Equal(0, SqliteFile.Number(connection, "SELECT count(*) FROM item"));
    }

    [Fact]
    public void New_WrongSql_SaysWhatIsWrong()
    {
        var failure = Assert.Throws<SqliteException>(() => new SqliteStatement(connection, "SELECT nothing FROM item"));
        Assert.Contains("nothing", failure.Message, StringComparison.Ordinal);
    }

    private void Insert(long id, double size, string name, byte[] data)
    {
        using var insert = new SqliteStatement(connection, "INSERT INTO item VALUES (?1, ?2, ?3, ?4)");
        insert.Bind(1, id).Bind(2, size).Bind(3, name).Bind(4, data).Run();
    }
}
