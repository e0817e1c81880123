using Microsoft.Data.Sqlite;
using Plantroom.Host.Commands;
using Plantroom.Host.Startup;
using Plantroom.TestKit;

namespace Plantroom.Host.Tests.Commands;

public sealed class DataCommandTests : IDisposable
{
    private readonly TempFolder temp = new();
    private readonly QuietTerminal terminal = new();
    private readonly ManualClock clock = new();
    private readonly DataFolder data;
    private readonly string copy;

    public DataCommandTests()
    {
        data = new(temp.File("data"));
        copy = temp.File("copy");
        FolderCheck.Make(data.Path);
        foreach (var file in new[] { data.Database, data.Mqtt }) Run(file, "CREATE TABLE note (text)", "INSERT INTO note VALUES ('first')");
        FolderCheck.Make(data.Keys);
        File.WriteAllText(Path.Combine(data.Keys, "key.xml"), "secret");
        File.WriteAllText(Path.Combine(data.Path, "mqtt-passwords"), "user:hash");
        File.WriteAllText(Path.Combine(data.Path, "in-use"), "");
    }

    public void Dispose() => temp.Dispose();

    [Fact]
    public void Backup_WhileADatabaseIsWritten_CopiesItsLastCommit()
    {
        using var writer = Open(data.Database);
        Run(writer, "PRAGMA journal_mode=WAL", "INSERT INTO note VALUES ('second')", "BEGIN", "INSERT INTO note VALUES ('not yet')");

        Assert.Empty(Backup());

        Assert.Equal("first second", Notes(Path.Combine(copy, "plantroom.db")));
        Assert.Equal(["keys", "mqtt-passwords", "mqtt.db", "plantroom.db"], Directory.EnumerateFileSystemEntries(copy).Select(Path.GetFileName).Order());
        Assert.Equal("secret", File.ReadAllText(Path.Combine(copy, "keys", "key.xml")));
        Assert.Contains("passwords", Assert.Single(terminal.Said), StringComparison.Ordinal);
        Assert.False(Directory.Exists(copy + ".part"));
    }

    [Fact]
    public void Backup_Copy_IsItsOwnersAlone()
    {
        if (OperatingSystem.IsWindows()) return;
        Backup();
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        foreach (var path in Directory.EnumerateFileSystemEntries(copy, "*", SearchOption.AllDirectories).Append(copy))
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(path) & ~owner);
    }

    [Fact]
    public void Backup_FolderIsThere_IsRefusedAndChangesNothing()
    {
        Backup();
        Run(data.Database, "INSERT INTO note VALUES ('later')");

        Assert.Contains("never replaces", Assert.Single(Backup()).Message, StringComparison.Ordinal);
        Assert.Equal("first", Notes(Path.Combine(copy, "plantroom.db")));
    }

    [Fact]
    public void Backup_InsideTheDataFolderOrOfNothing_IsRefused()
    {
        Assert.Single(Problems(p => new BackupCommand(data, Path.Combine(data.Path, "copy")).Run(terminal, p)));
        Assert.Single(Problems(p => new BackupCommand(new(temp.File("nothing")), copy).Run(terminal, p)));
        Assert.False(Path.Exists(copy));
    }

    [Fact]
    public void Backup_InsideTheDataFolderByALink_IsRefused()
    {
        if (OperatingSystem.IsWindows()) return;
        Directory.CreateSymbolicLink(temp.File("link"), data.Path);
        Assert.Single(Problems(p => new BackupCommand(data, temp.File("link/copy")).Run(terminal, p)));
        Assert.Single(Problems(p => new BackupCommand(new(temp.File("link")), Path.Combine(data.Path, "copy")).Run(terminal, p)));
    }

    [Fact]
    public void Backup_DamagedDatabase_IsTold()
    {
        Damage(data.Mqtt);
        Assert.NotEmpty(Backup());
        Assert.False(Path.Exists(copy));
    }

    [Fact]
    public void Restore_Backup_ComesBackAndWhatWasThereIsKept()
    {
        Backup();
        Run(data.Database, "INSERT INTO note VALUES ('later')");
        File.Delete(data.Mqtt);

        Assert.Empty(Restore());

        Assert.Equal(("first", "first"), (Notes(data.Database), Notes(data.Mqtt)));
        var aside = Assert.Single(Directory.EnumerateDirectories(data.Path, "before-restore-*"));
        Assert.Equal("first later", Notes(Path.Combine(aside, "plantroom.db")));
        Assert.Equal("secret", File.ReadAllText(Path.Combine(data.Keys, "key.xml")));
    }

    [Fact]
    public void Restore_WhatHasALogBesideIt_BringsTheNewestPartToo()
    {
        var folder = new DataFolder(temp.File("killed"));
        FolderCheck.Make(folder.Path);
        using (var writer = Open(data.Database))
        {
            Run(writer, "PRAGMA journal_mode=WAL", "INSERT INTO note VALUES ('in the log')");
            foreach (var file in new[] { data.Database, data.Database + "-wal" }) File.Copy(file, Path.Combine(folder.Path, Path.GetFileName(file)));
        }

        Assert.Empty(Problems(p => new RestoreCommand(data, folder.Path, clock).Run(terminal, p)));
        Assert.Equal("first in the log", Notes(data.Database));
    }

    [Fact]
    public void Restore_Twice_KeepsBothThatWereThere()
    {
        Backup();
        Assert.Empty(Restore());
        Assert.Empty(Restore());
        Assert.Equal(2, Directory.EnumerateDirectories(data.Path, "before-restore-*").Count());
    }

    [Fact]
    public void Restore_OfTheFolderItself_IsRefused() =>
        Assert.Contains("itself", Assert.Single(Problems(p => new RestoreCommand(data, data.Path, clock).Run(terminal, p))).Message, StringComparison.Ordinal);

    [Fact]
    public void Restore_EndedInTheMiddle_KeepsTheSystemFromStartingUntilItIsDone()
    {
        Backup();
        Directory.Move(data.Keys, Path.Combine(Directory.CreateDirectory(Path.Combine(data.Path, "restoring")).FullName, "keys"));
        using (var check = new FolderCheck(data, new(temp.Path))) Assert.Contains("do it again", Assert.Single(check.Check()).Message, StringComparison.Ordinal);

        Assert.Empty(Restore());

        using var after = new FolderCheck(data, new(temp.Path));
        Assert.Empty(after.Check());
        Assert.Equal("secret", File.ReadAllText(Path.Combine(data.Keys, "key.xml")));
    }

    [Fact]
    public void Restore_EmptyFolder_MakesIt()
    {
        Backup();
        Assert.Empty(Problems(p => new RestoreCommand(new(temp.File("new")), copy, clock).Run(terminal, p)));
        Assert.Equal("first", Notes(temp.File("new/plantroom.db")));
    }

    [Fact]
    public void Restore_FolderInUse_IsRefusedAndChangesNothing()
    {
        Backup();
        Run(data.Database, "INSERT INTO note VALUES ('later')");
        using (DataLock.Take(data.Path)) Assert.Contains("another Plantroom", Assert.Single(Restore()).Message, StringComparison.Ordinal);
        Assert.Equal("first later", Notes(data.Database));
    }

    [Fact]
    public void Restore_DamagedOrNoBackup_IsRefusedAndChangesNothing()
    {
        Assert.Single(Restore());
        Backup();
        Damage(Path.Combine(copy, "plantroom.db"));
        Assert.NotEmpty(Restore());
        Assert.Empty(Directory.EnumerateDirectories(data.Path, "before-restore-*"));
        Assert.Equal("first", Notes(data.Database));
    }

    [Fact]
    public void Check_WholeAndDamaged_TellsWhich()
    {
        Assert.True(new CheckCommand(data).Run(terminal, []));
        Assert.Contains("all is well", terminal.Said[^1], StringComparison.Ordinal);
        Damage(data.Mqtt);
        Assert.False(new CheckCommand(data).Run(terminal, []));
        Assert.Contains("mqtt.db", terminal.Said[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("backup", "there --data here", "there", "--data here")]
    [InlineData("restore", "--data=here there", "there", "--data=here")]
    [InlineData("check", "--data here", "", "--data here")]
    public void Parse_Words_AreTheFolderAndSettings(string verb, string words, string folder, string settings)
    {
        var problems = new List<StartupProblem>();
        var command = DataCommand.Parse(verb, words.Split(' '), problems);
        Assert.Empty(problems);
        Assert.Equal((folder, settings), (command.Folder, string.Join(' ', command.Settings)));
    }

    [Theory]
    [InlineData("backup", "", "backup")]
    [InlineData("restore", "--data here", "restore")]
    [InlineData("check", "there", "there")]
    [InlineData("backup", "one two", "backup")]
    [InlineData("backup", "there --data", "--data")]
    public void Parse_WhatCannotBeMeant_IsNamed(string verb, string words, string key)
    {
        var problems = new List<StartupProblem>();
        DataCommand.Parse(verb, words.Split(' ', StringSplitOptions.RemoveEmptyEntries), problems);
        Assert.Equal([key], problems.Select(static p => p.Key));
    }

    private static List<StartupProblem> Problems(Action<List<StartupProblem>> run)
    {
        var problems = new List<StartupProblem>();
        run(problems);
        return problems;
    }

    private static void Damage(string database)
    {
        Run(database, "CREATE TABLE more (text)", "INSERT INTO more SELECT hex(randomblob(2000)) FROM (VALUES (1), (2), (3), (4), (5), (6))");
        using var file = File.OpenWrite(database);
        file.Position = 4096;
        file.Write(Enumerable.Repeat((byte)0x5A, (int)file.Length - 4096).ToArray());
    }

    private static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection($"Data Source={file};Pooling=false");
        connection.Open();
        return connection;
    }

    private static void Run(string file, params string[] statements)
    {
        using var connection = Open(file);
        Run(connection, statements);
    }

    private static void Run(SqliteConnection connection, params string[] statements)
    {
        foreach (var statement in statements)
        {
            using var command = connection.CreateCommand();
            command.CommandText = statement;
            command.ExecuteNonQuery();
        }
    }

    private static string Notes(string file)
    {
        using var connection = Open(file);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT group_concat(text, ' ') FROM note";
        return (string)command.ExecuteScalar()!;
    }

    private List<StartupProblem> Backup() => Problems(p => new BackupCommand(data, copy).Run(terminal, p));

    private List<StartupProblem> Restore() => Problems(p => new RestoreCommand(data, copy, clock).Run(terminal, p));
}
