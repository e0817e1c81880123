using System.Security.Cryptography;

namespace Plantroom.Mqtt.Broker.Security;

/// <summary>What stands in files, read again when they change. With mistakes in them, or without them, the old stays in force.</summary>
internal sealed class Reloaded<T> : IDisposable
    where T : class
{
    private readonly Func<List<string>, T> read;
    private readonly string name;
    private readonly BrokerLog log;
    private readonly WatchedFiles files;
    private T current;

    /// <param name="name">What it is called in the log.</param>
    /// <param name="paths">The files; empty ones are left out.</param>
    /// <param name="read">Reads them; adds what is wrong to the list.</param>
    /// <param name="none">What is in force while they have never been read.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Gets what is wrong.</param>
    public Reloaded(string name, string[] paths, Func<List<string>, T> read, T none, TimeProvider time, BrokerLog log)
    {
        (this.name, this.read, this.log, current) = (name, read, log, none);
        files = new WatchedFiles(paths, time, () => Load(again: true));
        if (paths.Any(File.Exists)) Load(again: false);
    }

    /// <summary>What is in force.</summary>
    public T Current => Volatile.Read(ref current);

    /// <summary>Called when something else is in force.</summary>
    public Action? Changed { get; set; }

    /// <summary>Reads what may not be there, or not readable: that is a problem, not an exception.</summary>
    public static T? Try(Func<List<string>, T> read, List<string> problems)
    {
        try
        {
            return read(problems);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            problems.Add(exception.Message);
            return null;
        }
    }

    public void Dispose() => files.Dispose();

    private void Load(bool again)
    {
        var problems = new List<string>();
        var next = Try(read, problems);
        if (next is null || problems.Count > 0)
        {
            log.NotReloaded(name, string.Join(" ", problems));
            return;
        }

        Volatile.Write(ref current, next);
        if (!again) return;
        log.Reloaded(name);
        Changed?.Invoke();
    }
}
