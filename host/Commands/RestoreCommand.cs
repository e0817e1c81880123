using System.Globalization;
using Microsoft.Data.Sqlite;
using Plantroom.Host.Startup;
using Plantroom.Ingest;

namespace Plantroom.Host.Commands;

/// <summary>
/// Puts a backup in the place of what a data folder has. What was there is moved into a folder beside it; nothing is deleted. Looks at the
/// backup first, and touches nothing when it is not whole. Readings that a remote store has not got yet stay; those of the backup join them.
/// </summary>
internal sealed class RestoreCommand(DataFolder data, string folder, TimeProvider clock)
{
    private readonly DataFolder backup = new(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
    private long waiting;

    public void Run(Terminal terminal, List<StartupProblem> problems)
    {
        if (DataFiles.Databases(backup).Count == 0) problems.Add(new(backup.Path, "is not a backup: it has no database"));
        else if (DataFiles.RealPath(backup.Path) == DataFiles.RealPath(Path.TrimEndingDirectorySeparator(data.Path)))
            problems.Add(new(backup.Path, "is the data folder itself"));
        else problems.AddRange(DataFiles.Problems(backup));
        if (problems.Count > 0) return;
        using var taken = DataLock.TryTake(data.Path, problems);
        if (taken is null) return;
        try
        {
            var aside = Replace();
            terminal.Say($"{data.Path} has what is in {backup.Path}." + (aside is null ? "" : $" What was there is in {aside}"));
            if (waiting > 0) terminal.Say(string.Create(CultureInfo.InvariantCulture, $"{waiting:N0} readings go to the remote store (again)"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            problems.Add(new(data.Path, e.Message));
        }
    }

    private string? Replace()
    {
        // A disk that is too small is noticed before anything is moved; the name without .part says that moving has begun.
        var fresh = data.Path + Path.DirectorySeparatorChar + FolderCheck.Restoring;
        var part = fresh + ".part";
        foreach (var old in new[] { fresh, part })
            if (Directory.Exists(old)) Directory.Delete(old, recursive: true);
        FolderCheck.Make(part);
        var names = DataFiles.Databases(backup).Concat(DataFiles.Others(backup)).ToList();
        foreach (var name in DataFiles.Databases(backup)) DataFiles.CopyDatabase(name, backup.Path, part);
        foreach (var name in DataFiles.Others(backup)) DataFiles.CopyFiles(name, backup.Path, part);
        Directory.Move(part, fresh);

        var aside = MoveAside();
        foreach (var name in names) Move(name, fresh, data.Path);
        waiting = SpoolCopy.Copy(backup.Spool, data.Spool);
        Directory.Delete(fresh);
        return aside;
    }

    /// <summary>Databases go with their logs, which hold their newest part.</summary>
    private string? MoveAside()
    {
        var old = DataFiles.Databases(data).SelectMany(static n => new[] { n, n + "-wal", n + "-shm", n + "-journal" })
            .Concat(DataFiles.Others(data)).Where(n => Path.Exists(Path.Combine(data.Path, n))).ToList();
        if (old.Count == 0) return null;
        var aside = Unused(Path.Combine(data.Path, $"before-restore-{clock.GetUtcNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}"));
        FolderCheck.Make(aside);
        foreach (var name in old) Move(name, data.Path, aside);
        return aside;
    }

    private static string Unused(string path) => Path.Exists(path) ? Unused(path + "-again") : path;

    private static void Move(string name, string from, string to)
    {
        var (source, target) = (Path.Combine(from, name), Path.Combine(to, name));
        if (File.Exists(source)) File.Move(source, target);
        else Directory.Move(source, target);
    }
}
