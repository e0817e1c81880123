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
}
