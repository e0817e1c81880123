namespace Plantroom.Host.Startup;

/// <summary>
/// Looks whether the folders are there, and takes the data folder for this process: two processes on one folder would each believe
/// that they alone write.
/// </summary>
internal sealed class FolderCheck(DataFolder data, SiteFolder site) : IStartupCheck, IDisposable
{
    private FileStream? taken;

    public IEnumerable<StartupProblem> Check()
    {
        if (TakeData() is { } problem) yield return problem;
        if (!Directory.Exists(site.Path)) yield return new("Site:Folder", $"{site.Path} does not exist");
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

    private StartupProblem? TakeData()
    {
        try
        {
            Make(data.Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new("Data:Folder", $"{data.Path} cannot be made: {e.Message}");
        }

        var file = Path.Combine(data.Path, DataLock.Name);
        try
        {
            taken = DataLock.Take(data.Path);
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return new("Data:Folder", $"{data.Path} is not writable for this user");
        }
        catch (IOException e) when (File.Exists(file) && e is not FileNotFoundException)
        {
            return new("Data:Folder", $"{data.Path} is used by another Plantroom, or is not writable: {e.Message}");
        }
        catch (IOException e)
        {
            return new("Data:Folder", $"{data.Path} is not writable: {e.Message}");
        }
    }
}
