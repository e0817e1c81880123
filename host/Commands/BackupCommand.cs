using Microsoft.Data.Sqlite;
using Plantroom.Host.Startup;
using Plantroom.Sqlite;

namespace Plantroom.Host.Commands;

/// <summary>
/// Copies the data folder into a new folder, also while the system runs: each database as it is at one moment. The copy has its name only
/// when it is complete and whole.
/// </summary>
internal sealed class BackupCommand(DataFolder data, string folder)
{
    private readonly string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));

    public void Run(Terminal terminal, List<StartupProblem> problems)
    {
        if (Refusal() is { } refusal)
        {
            problems.Add(refusal);
            return;
        }

        var part = folder + ".part";
        try
        {
            // One that was given up; nobody else uses the name.
            if (Directory.Exists(part)) Directory.Delete(part, recursive: true);
            problems.AddRange(Copy(new(part)));
            if (problems.Count == 0) Directory.Move(part, folder);
            else Directory.Delete(part, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            problems.Add(new(folder, e.Message));
        }

        if (problems.Count == 0) terminal.Say($"{folder} has a copy of {data.Path}. It holds passwords and keys: keep it as safe as the original");
    }

    private StartupProblem? Refusal()
    {
        if (DataFiles.Databases(data).Count == 0) return new("Data:Folder", $"{data.Path} has no database");
        if (Path.Exists(folder)) return new(folder, "is there already; a backup never replaces another one");
        var inside = (folder + Path.DirectorySeparatorChar).StartsWith(data.Path + Path.DirectorySeparatorChar, StringComparison.Ordinal);
        return inside ? new(folder, "is inside the data folder; what destroys one would destroy both") : null;
    }

    private List<StartupProblem> Copy(DataFolder part)
    {
        FolderCheck.Make(part.Path);
        foreach (var name in DataFiles.Databases(data))
        {
            var copy = Path.Combine(part.Path, name);
            FolderCheck.MakeFile(copy);
            DatabaseCopy.Copy(Path.Combine(data.Path, name), copy);
        }

        foreach (var name in DataFiles.Others(data)) DataFiles.CopyFiles(name, data.Path, part.Path);
        return [.. DataFiles.Problems(part)];
    }
}
