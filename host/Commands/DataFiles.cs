using Microsoft.Data.Sqlite;
using Plantroom.Host.Startup;
using Plantroom.Ingest.Sqlite.Backup;
using Plantroom.Sqlite;

namespace Plantroom.Host.Commands;

/// <summary>What of a data folder makes a whole copy of it: the databases, the keys and the MQTT users.</summary>
internal static class DataFiles
{
    private const string Users = "mqtt-passwords";

    /// <summary>The names of the databases that are in a folder.</summary>
    public static IReadOnlyList<string> Databases(DataFolder data) =>
        [.. new[] { data.Database, data.History, data.Mqtt }.Where(File.Exists).Select(static f => Path.GetFileName(f)!)];

    /// <summary>The names of what else is copied: files, or folders of files.</summary>
    public static IReadOnlyList<string> Others(DataFolder data) =>
        [.. new[] { Path.GetFileName(data.Keys)!, Users }.Where(n => Path.Exists(Path.Combine(data.Path, n)))];

    /// <summary>Copies a database as it is at one moment, with what its log holds.</summary>
    public static void CopyDatabase(string name, string from, string to)
    {
        var copy = Path.Combine(to, name);
        FolderCheck.MakeFile(copy);
        DatabaseCopy.Copy(Path.Combine(from, name), copy);
    }

    /// <summary>Where a path really leads: without links on the way.</summary>
    public static string RealPath(string path)
    {
        if (Path.GetDirectoryName(path) is not { } parent) return path;
        var here = Path.Combine(RealPath(parent), Path.GetFileName(path));
        return (Directory.Exists(here) ? Directory.ResolveLinkTarget(here, returnFinalTarget: true)?.FullName : null) ?? here;
    }

    /// <summary>Copies files; the copies are their owner's alone, whoever may read the originals.</summary>
    public static void CopyFiles(string name, string from, string to)
    {
        var (source, target) = (Path.Combine(from, name), Path.Combine(to, name));
        if (File.Exists(source))
        {
            FolderCheck.MakeFile(target);
            using var read = File.OpenRead(source);
            using var write = File.OpenWrite(target);
            read.CopyTo(write);
            return;
        }

        FolderCheck.Make(target);
        foreach (var file in Directory.EnumerateFiles(source)) CopyFiles(Path.GetFileName(file), source, target);
    }

    /// <summary>What is wrong with the databases of a folder, each with the name of its file.</summary>
    public static IEnumerable<StartupProblem> Problems(DataFolder data)
    {
        foreach (var path in Databases(data).Select(name => Path.Combine(data.Path, name)))
        {
            var found = Guarded(DatabaseCopy.Problems(path)).ToList();
            if (found.Count == 0 && path == data.History) found = [.. Guarded(HistoryInspection.Problems(path))];
            foreach (var problem in found) yield return new(path, problem);
        }
    }

    /// <summary>What keeps SQLite from reading on is a problem like those that it finds.</summary>
    private static IEnumerable<string> Guarded(IEnumerable<string> problems)
    {
        using var each = problems.GetEnumerator();
        for (var failure = default(string); failure is null;)
        {
            try
            {
                if (!each.MoveNext()) yield break;
            }
            catch (SqliteException e)
            {
                failure = e.Message;
            }

            yield return failure ?? each.Current;
        }
    }
}
