namespace Plantroom.Host.Startup;

/// <summary>
/// Looks whether the folders are there, and takes the data folder for this process: two processes on one folder would each believe
/// that they alone write.
/// </summary>
internal sealed class FolderCheck(DataFolder data, SiteFolder site) : IStartupCheck, IDisposable
{
    private FileStream? taken;

    /// <summary>The folder in a data folder from which a restore moves what it has brought.</summary>
    public const string Restoring = "restoring";

    public IEnumerable<StartupProblem> Check()
    {
        var problems = new List<StartupProblem>();
        taken = DataLock.TryTake(data.Path, problems);
        if (Directory.Exists(Path.Combine(data.Path, Restoring)))
            problems.Add(new("Data:Folder", $"a restore into {data.Path} was ended in the middle; do it again, what was there is in before-restore-*"));
        if (!Directory.Exists(site.Path)) problems.Add(new("Site:Folder", $"{site.Path} does not exist"));
        return problems;
    }

    public void Dispose() => taken?.Dispose();

    /// <summary>A folder that is new belongs to its owner alone: it holds secrets and people's names.</summary>
    public static void Make(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>A file that is new belongs to its owner alone too, whoever may look into the folder.</summary>
    public static void MakeFile(string path)
    {
        if (File.Exists(path)) return;
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var made = new FileStream(path, options);
    }
}
