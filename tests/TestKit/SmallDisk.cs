using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Plantroom.TestKit;

/// <summary>
/// A disk of its own that is soon full: a tmpfs, which only root may mount. Elsewhere tests that need it are skipped with a message; with
/// <c>CI=true</c> as root they fail when it cannot be had.
/// </summary>
public sealed class SmallDisk : IDisposable
{
    private const int Megabyte = 1024 * 1024;
    private readonly TempFolder folder = new();
    private readonly string ballast;

    private SmallDisk() => ballast = folder.File("ballast");

    public string Path => folder.Path;

    public long FreeBytes => new DriveInfo(Path).AvailableFreeSpace;

    public static SmallDisk Mount(int megabytes)
    {
        var disk = new SmallDisk();
        var size = string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m");
        var mounted = Environment.IsPrivilegedProcess && Run("mount", "-t", "tmpfs", "-o", size, "tmpfs", disk.Path);
        if (mounted) return disk;
        disk.folder.Dispose();
        const string Message = "A tmpfs cannot be mounted, which only root may: the disk cannot be made full.";
        if (Environment.IsPrivilegedProcess && Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(Message);
        Assert.Skip(Message);
        return disk;
    }

    /// <summary>Fills it until no more than this is free.</summary>
    public void Fill(long leave)
    {
        var block = new byte[Megabyte];
        using var file = new FileStream(ballast, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        try
        {
            while (FreeBytes is var free && free > leave) file.Write(block, 0, (int)Math.Min(block.Length, free - leave));
        }
        catch (IOException) when (leave == 0)
        {
            // Full, as it was to be: somebody else wrote the last bytes.
        }
    }

    /// <summary>Gives the space back.</summary>
    public void Empty() => File.Delete(ballast);

    public void Dispose()
    {
        // Lazily: a process that was killed a moment ago may still hold a file.
        Run("umount", "-l", Path);
        folder.Dispose();
    }

    private static bool Run(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true });
        process!.WaitForExit();
        return process.ExitCode == 0;
    }
}
