namespace Plantroom.Yaml;

/// <summary>
/// Tells when YAML files of a folder have changed, so that they can be loaded again without a restart. Editors write a file in several
/// steps, so the call comes once things have been quiet for a moment.
/// </summary>
public sealed class WatchedFolder : IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(250);
    private readonly FileSystemWatcher watcher;
    private readonly ITimer timer;

    /// <summary>Starts watching.</summary>
    /// <param name="folder">The folder; must exist.</param>
    /// <param name="pattern">Which files, for example <c>*.yaml</c>.</param>
    /// <param name="time">The clock of the quiet moment, 250 ms.</param>
    /// <param name="changed">Called on a pool thread, never twice at once; must not throw.</param>
    public WatchedFolder(string folder, string pattern, TimeProvider time, Action changed)
    {
        var gate = new Lock();
        timer = time.CreateTimer(
            _ =>
            {
                lock (gate) changed();
            },
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        watcher = new FileSystemWatcher(folder, pattern);
        watcher.Changed += Touched;
        watcher.Created += Touched;
        watcher.Deleted += Touched;
        watcher.Renamed += Touched;
        watcher.Error += (_, _) => timer.Change(Quiet, Timeout.InfiniteTimeSpan); // events were lost: look again
        watcher.EnableRaisingEvents = true;
    }

    /// <summary>Stops watching.</summary>
    public void Dispose()
    {
        watcher.Dispose();
        timer.Dispose();
    }

    private void Touched(object sender, FileSystemEventArgs e) => timer.Change(Quiet, Timeout.InfiniteTimeSpan);
}
