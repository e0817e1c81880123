using Microsoft.Data.Sqlite;
using Plantroom.Ingest.Sqlite;

namespace Plantroom.Ingest.Tests.Sqlite;

public sealed class HistorySchemaTests : IDisposable
{
    private static readonly string[] AddUnit = ["ALTER TABLE point ADD COLUMN unit TEXT", "UPDATE point SET unit = 'm'"];
    private readonly Store store = new();

    public void Dispose() => store.Dispose();

    [Fact]
    public async Task Open_FileOfVersionOne_KeepsItsDataAndGoesOnWithIt()
    {
        MakeVersionOne();
        store.Writer.Open();
        var point = PointId.Intern("old/T-1/temperature");
        store.Write(Store.At(point, 0, 22));

        var readings = await store.History.RawAsync(point, new(DateTime.UnixEpoch, DateTime.MaxValue), TestContext.Current.CancellationToken);

        Assert.Equal([new Reading(point, new DateTime(2023, 11, 14, 22, 13, 20, DateTimeKind.Utc), 21.5), Store.At(point, 0, 22)], readings);
        using var connection = store.Connect();
        Assert.Equal(HistorySchema.Migrations.Count, HistoryFile.Scalar(connection, "PRAGMA user_version"));
    }

    [Fact]
    public void Apply_FurtherMigration_RunsOnceAndKeepsTheData()
    {
        MakeVersionOne();
        using var connection = store.Connect();
        var migrations = HistorySchema.Migrations.Append(AddUnit).ToList();

        HistorySchema.Apply(connection, migrations);
        HistorySchema.Apply(connection, migrations);

        Assert.Equal(migrations.Count, HistoryFile.Scalar(connection, "PRAGMA user_version"));
        Assert.Equal(1, HistoryFile.Scalar(connection, "SELECT count(*) FROM point JOIN reading ON point = id WHERE unit = 'm' AND value = 21.5"));
    }

    [Fact]
    public void Apply_MigrationFails_LeavesTheOldVersion()
    {
        MakeVersionOne();
        using var connection = store.Connect();
        var migrations = HistorySchema.Migrations.Append([AddUnit[0], "INSERT INTO nowhere VALUES (1)"]).ToList();

        Assert.Throws<SqliteException>(() => HistorySchema.Apply(connection, migrations));

        Assert.Equal(1, HistoryFile.Scalar(connection, "PRAGMA user_version"));
        Assert.Equal(0, HistoryFile.Scalar(connection, "SELECT count(*) FROM pragma_table_info('point') WHERE name = 'unit'"));
    }

    [Fact]
    public void Open_FileOfANewerVersion_IsRefused()
    {
        MakeVersionOne("PRAGMA user_version=99");
        var refused = Assert.Throws<SqliteException>(store.Writer.Open);
        Assert.Contains("99", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_NoFileAndGoodFile_FindNothing()
    {
        Assert.Empty(new HistoryCheck(store.Folder).Check());
        File.WriteAllBytes(store.Folder.History, []);
        Assert.Empty(new HistoryCheck(store.Folder).Check());
        store.Write(Store.At(Store.Point("checked"), 0, 1));
        Assert.Empty(new HistoryCheck(store.Folder).Check());
        store.Writer.Close();
        Assert.Empty(new HistoryCheck(store.Folder).Check());
    }

    [Fact]
    public void Check_NewerVersion_IsAProblemThatSaysSo()
    {
        MakeVersionOne("PRAGMA user_version=99");
        var problem = Assert.Single(new HistoryCheck(store.Folder).Check());
        Assert.Equal(store.Folder.History, problem.Key);
        Assert.Contains("newer Plantroom", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_DatabaseOfSomethingElse_IsAProblem()
    {
        using (var connection = store.Connect()) HistoryFile.Run(connection, "CREATE TABLE invoices (id)");
        Assert.Contains("something else", Assert.Single(new HistoryCheck(store.Folder).Check()).Message, StringComparison.Ordinal);
        Assert.Throws<SqliteException>(store.Writer.Open);
    }

    [Fact]
    public void Check_NotADatabase_IsAProblem()
    {
        File.WriteAllText(store.Folder.History, new string('x', 10_000));
        Assert.Contains("not a database", Assert.Single(new HistoryCheck(store.Folder).Check()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_CorruptPages_IsAProblem()
    {
        store.Write([.. Enumerable.Range(0, 5000).Select(i => Store.At(Store.Point("corrupt"), i, i))]);
        store.Writer.Close();
        using (var file = File.OpenWrite(store.Folder.History))
        {
            // Everything behind the page that holds the schema.
            file.Position = 4096;
            file.Write(Enumerable.Repeat((byte)0x5A, (int)file.Length - 4096).ToArray());
        }

        Assert.Contains("malformed", Assert.Single(new HistoryCheck(store.Folder).Check()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_AFolderInItsPlace_IsAProblem()
    {
        Directory.CreateDirectory(store.Folder.History);
        Assert.Single(new HistoryCheck(store.Folder).Check());
    }

    /// <summary>The file as version 1 made it, written down by hand so that it stays when the schema goes on.</summary>
    private void MakeVersionOne(params string[] more)
    {
        using var connection = store.Connect();
        string[] statements =
        [
            "CREATE TABLE point (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
            """
            CREATE TABLE reading (
                point INTEGER NOT NULL, time_ms INTEGER NOT NULL, value REAL NOT NULL, quality INTEGER NOT NULL,
                PRIMARY KEY (point, time_ms)) WITHOUT ROWID
            """,
            "INSERT INTO point VALUES (7, 'old/T-1/temperature')",
            "INSERT INTO reading VALUES (7, 1700000000000, 21.5, 0)",
            "PRAGMA user_version=1",
            .. more,
        ];
        foreach (var statement in statements) HistoryFile.Run(connection, statement);
    }
}
