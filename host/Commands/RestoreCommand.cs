using System.Globalization;
using Plantroom.Host.Startup;

namespace Plantroom.Host.Commands;

/// <summary>
/// Puts a backup in the place of what a data folder has. What was there is moved into a folder beside it; nothing is deleted. Looks at the
/// backup first, and touches nothing when it is not whole.
/// </summary>
internal sealed class RestoreCommand(DataFolder data, string folder, TimeProvider clock)
{
    private readonly DataFolder backup = new(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));

    public void Run(Terminal terminal, List<StartupProblem> problems)
    {
        if (DataFiles.Databases(backup).Count == 0) problems.Add(new(backup.Path, "is not a backup: it has no database"));
        else problems.AddRange(DataFiles.Problems(backup));
        if (problems.Count > 0) return;
        try
        {
            FolderCheck.Make(data.Path);
            using var taken = DataLock.Take(data.Path);
            var aside = Replace();
            terminal.Say($"{data.Path} has what is in {backup.Path}." + (aside is null ? "" : $" What was there is in {aside}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(new(data.Path, $"is used by a running Plantroom, or is not writable: {e.Message}"));
        }
    }

    private string? Replace()
    {
        // A disk that is too small is noticed before anything is moved.
        var fresh = Path.Combine(data.Path, "restoring");
        if (Directory.Exists(fresh)) Directory.Delete(fresh, recursive: true);
        FolderCheck.Make(fresh);
        var names = DataFiles.Databases(backup).Concat(DataFiles.Others(backup)).ToList();
        foreach (var name in names) DataFiles.CopyFiles(name, backup.Path, fresh);

        var aside = MoveAside();
        foreach (var name in names) Move(name, fresh, data.Path);
        Directory.Delete(fresh);
        return aside;
    }

    /// <summary>Databases go with their logs, which hold their newest part.</summary>
    private string? MoveAside()
    {
        var old = DataFiles.Databases(data).SelectMany(static n => new[] { n, n + "-wal", n + "-shm", n + "-journal" })
            .Concat(DataFiles.Others(data)).Where(n => Path.Exists(Path.Combine(data.Path, n))).ToList();
        if (old.Count == 0) return null;
        var time = clock.GetUtcNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        var aside = Path.Combine(data.Path, $"before-restore-{time}");
        FolderCheck.Make(aside);
        foreach (var name in old) Move(name, data.Path, aside);
        return aside;
    }

    private static void Move(string name, string from, string to)
    {
        var (source, target) = (Path.Combine(from, name), Path.Combine(to, name));
        if (File.Exists(source)) File.Move(source, target);
        else Directory.Move(source, target);
    }
}
