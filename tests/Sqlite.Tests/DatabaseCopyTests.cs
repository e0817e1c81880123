using Microsoft.Data.Sqlite;
using Plantroom.TestKit;

namespace Plantroom.Sqlite.Tests;

public sealed class DatabaseCopyTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string Original => folder.File("original.db");

    private string Target => folder.File("copy.db");

    [Fact]
    public void Copy_DatabaseInUse_IsOneWholeFileOfWhatWasCommitted()
    {
        using var connection = Make(100);
        SqliteFile.Run(connection, "BEGIN");
        SqliteFile.Run(connection, "INSERT INTO item VALUES (1000, 'not committed')");
        File.WriteAllBytes(Target, []);

        DatabaseCopy.Copy(Original, Target);

        Assert.Equal([Target], Directory.GetFiles(folder.Path, "copy.db*"));
        Assert.Empty(DatabaseCopy.Problems(Target));
        using var copy = SqliteFile.Open(Target, SqliteOpenMode.ReadOnly);
        Assert.Equal(100, SqliteFile.Number(copy, "SELECT count(*) FROM item"));
    }

    [Fact]
    public void Copy_NoTarget_IsRefused()
    {
        using var connection = Make(1);
        Assert.Throws<SqliteException>(() => DatabaseCopy.Copy(Original, Target));
    }

    [Fact]
    public void Problems_DamagedPages_AreTold()
    {
        using (var connection = Make(5000)) SqliteFile.Run(connection, "PRAGMA journal_mode=DELETE");
        using (var file = File.OpenWrite(Original))
        {
            // Everything behind the page that holds the schema.
            file.Position = 4096;
            file.Write(Enumerable.Repeat((byte)0x5A, (int)file.Length - 4096).ToArray());
        }

        Assert.NotEmpty(DatabaseCopy.Problems(Original));
    }

    private SqliteConnection Make(int items)
    {
        var connection = SqliteFile.Open(Original, SqliteOpenMode.ReadWriteCreate);
        SqliteFile.Run(connection, "PRAGMA journal_mode=WAL");
        SqliteFile.Run(connection, "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL)");
        SqliteFile.Run(
            connection,
            $"WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < {items}) INSERT INTO item SELECT i, 'item ' || i FROM n");
        return connection;
    }
}
