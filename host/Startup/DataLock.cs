namespace Plantroom.Host.Startup;

/// <summary>Holds a data folder for one process, until it is disposed or the process ends.</summary>
internal static class DataLock
{
    /// <summary>The name of the file that is held.</summary>
    public const string Name = "in-use";

    /// <summary>Takes an existing folder.</summary>
    /// <exception cref="IOException">Another process has it, or it is not writable.</exception>
    /// <exception cref="UnauthorizedAccessException">It is not writable for this user.</exception>
    public static FileStream Take(string folder) =>
        new(Path.Combine(folder, Name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);

    /// <summary>Takes a folder, which is made when it is not there.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="problems">Gets why it cannot be had.</param>
    /// <returns>Null when there is a problem.</returns>
    public static FileStream? TryTake(string folder, List<StartupProblem> problems)
    {
        var file = Path.Combine(folder, Name);
        try
        {
            FolderCheck.Make(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(new("Data:Folder", $"{folder} cannot be made: {e.Message}"));
            return null;
        }

        try
        {
            return Take(folder);
        }
        catch (UnauthorizedAccessException)
        {
            problems.Add(new("Data:Folder", $"{folder} is not writable for this user"));
        }
        catch (IOException e) when (File.Exists(file) && e is not FileNotFoundException)
        {
            problems.Add(new("Data:Folder", $"{folder} is used by another Plantroom, or is not writable: {e.Message}"));
        }
        catch (IOException e)
        {
            problems.Add(new("Data:Folder", $"{folder} is not writable: {e.Message}"));
        }

        return null;
    }
}
