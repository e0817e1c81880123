using System.Globalization;
using Microsoft.Data.Sqlite;
using Plantroom.Host.Startup;
using Plantroom.Ingest;

namespace Plantroom.Host.Commands;

/// <summary>
/// Copies the data folder into a new folder, also while the system runs: each database as it is at one moment. The copy has its name only
/// when it is complete and whole.
/// </summary>
internal sealed class BackupCommand(DataFolder data, string folder)
{
    private readonly string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
    private long waiting;

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
            Discard(part);
        }

        if (problems.Count > 0) return;
        terminal.Say($"{folder} has a copy of {data.Path}. It holds passwords and keys: keep it as safe as the original");
        if (waiting > 0)
            terminal.Say(string.Create(CultureInfo.InvariantCulture, $"{waiting:N0} readings in it were on their way to the remote store"));
    }

    /// <summary>What is left of an attempt holds secrets and takes room, perhaps the last.</summary>
    private static void Discard(string part)
    {
        try
        {
            if (Directory.Exists(part)) Directory.Delete(part, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next attempt deletes it; why this one failed is told.
        }
    }

    private StartupProblem? Refusal()
    {
        if (DataFiles.Databases(data).Count == 0) return new("Data:Folder", $"{data.Path} has no database");
        if (Path.Exists(folder)) return new(folder, "is there already; a backup never replaces another one");
        var (real, inner) = (DataFiles.RealPath(Path.TrimEndingDirectorySeparator(data.Path)), DataFiles.RealPath(folder));
        var inside = inner.StartsWith(real + Path.DirectorySeparatorChar, StringComparison.Ordinal);
        return inside ? new(folder, "is inside the data folder; what destroys one would destroy both") : null;
    }

    private List<StartupProblem> Copy(DataFolder part)
    {
        FolderCheck.Make(part.Path);
        waiting = SpoolCopy.Copy(data.Spool, part.Spool);
        foreach (var name in DataFiles.Databases(data)) DataFiles.CopyDatabase(name, data.Path, part.Path);
        foreach (var name in DataFiles.Others(data)) DataFiles.CopyFiles(name, data.Path, part.Path);
        return [.. DataFiles.Problems(part)];
    }
}
