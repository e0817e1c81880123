using Microsoft.Data.Sqlite;
using Plantroom.Mqtt.Persistence;
using Plantroom.TestKit;

namespace Plantroom.Mqtt.Tests.Persistence;

public sealed class StoreSchemaTests : IDisposable
{
    private static readonly StoreSchema Newer = NumberFile.Schema with
    {
        Migrations = [.. NumberFile.Schema.Migrations, ["ALTER TABLE number ADD COLUMN colour TEXT"]],
    };

    private readonly TempFolder folder = new();

    private string File => folder.File("numbers.db");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Problem_OfAFileThatIsNotThereOrAsItShouldBe_IsNone()
    {
        Assert.Null(NumberFile.Schema.Problem(File));
        NumberFile.Read(File);
        Assert.Null(NumberFile.Schema.Problem(File));
        Assert.Null(Newer.Problem(File));
    }

    [Fact]
    public void Problem_OfANewerFile_NamesBothVersionsAndLeavesItAlone()
    {
        NumberFile.Read(File);
        using (var connection = Open()) Newer.Apply(connection);
        Assert.Contains("version is 2, made by a newer Plantroom; this one knows versions up to 1", NumberFile.Schema.Problem(File), StringComparison.Ordinal);
        Assert.Throws<SqliteException>(() => NumberFile.Read(File));
    }

    [Fact]
    public void Apply_ToAnOlderFile_KeepsWhatIsInIt()
    {
        using (var file = new NumberFile(File))
        {
            file.Begin();
            file.Insert(5, 10);
            file.Commit();
        }

        using (var connection = Open()) Newer.Apply(connection);
        using var look = Open();
        using var command = look.CreateCommand();
        command.CommandText = "SELECT id FROM number WHERE colour IS NULL";
        Assert.Equal(5L, command.ExecuteScalar());
    }

    [Fact]
    public void Problem_OfADatabaseOfSomethingElse_SaysSo()
    {
        using (var connection = Open())
        {
            using var command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE other (x)";
            command.ExecuteNonQuery();
        }

        Assert.Equal("it is a database of something else", NumberFile.Schema.Problem(File));
        Assert.Throws<SqliteException>(() => NumberFile.Read(File));
    }

    [Fact]
    public void Problem_OfAFileThatIsNoDatabase_SaysSo()
    {
        System.IO.File.WriteAllText(File, string.Concat(Enumerable.Repeat("not a database ", 1000)));
        Assert.Contains("not a database", NumberFile.Schema.Problem(File), StringComparison.Ordinal);
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        return connection;
    }
}
