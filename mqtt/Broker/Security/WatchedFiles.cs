namespace Plantroom.Mqtt.Broker.Security;

/// <summary>
/// Tells when one of some files has changed. It looks every few seconds instead of being told: that also sees files that are links into a
/// folder which is exchanged as a whole, and costs a few system calls.
/// </summary>
internal sealed class WatchedFiles : IDisposable
{
    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    private readonly string[] paths;
    private readonly Action changed;
    private readonly ITimer timer;
    private readonly Lock gate = new();
    private State[] seen;

    /// <param name="paths">The files; empty ones are left out. They need not exist.</param>
    /// <param name="time">The clock.</param>
    /// <param name="changed">Called on a pool thread, never twice at once; must not throw.</param>
    public WatchedFiles(IEnumerable<string> paths, TimeProvider time, Action changed)
    {
        this.paths = [.. paths.Where(static p => p.Length > 0)];
        this.changed = changed;
        seen = Look();
        timer = this.paths.Length == 0 ? time.CreateTimer(static _ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan)
            : time.CreateTimer(_ => Compare(), null, Period, Period);
    }

    public void Dispose() => timer.Dispose();

    private void Compare()
    {
        // A tick that finds the last one still at work has nothing to do.
        if (!gate.TryEnter()) return;
        try
        {
            var now = Look();
            if (now.AsSpan().SequenceEqual(seen)) return;
            seen = now;
            changed();
        }
        finally
        {
            gate.Exit();
        }
    }

    private State[] Look() => Array.ConvertAll(paths, Look);

    private static State Look(string path)
    {
        try
        {
            var file = new FileInfo(path);
            var target = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            return target.Exists ? new State(target.FullName, target.LastWriteTimeUtc, target.Length) : default;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }

    private readonly record struct State(string Path, DateTime Written, long Length);
}
