using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Plantroom.Mqtt.Persistence;

/// <summary>
/// What the embedded broker keeps on disk: sessions, what is owed to them, and retained messages. The broker works with what it has in
/// memory; this follows it, and tells publishers when their messages are safe. It works in real time, which is the disk's.
/// </summary>
internal sealed class BrokerStore : IAsyncDisposable
{
    /// <summary>Changes that may wait for the disk before publishers do. Each is a reference and what it keeps alive, which the limits of
    /// the sessions bound as well.</summary>
    private const int Capacity = 65_536;

    private readonly GroupCommit<BrokerFile> commit;
    private readonly long maximumBytes;
    private long keptBytes;
    private long sessions;
    private long retained;

    private BrokerStore(BrokerFile file, string path, long maximumBytes, ILogger logger)
    {
        this.maximumBytes = maximumBytes;
        Contents = file.Read(this);
        (sessions, retained) = Contents.Highest;
        commit = new GroupCommit<BrokerFile>(file, () => new BrokerFile(path), Capacity, TimeProvider.System, logger);
        foreach (var orphan in Contents.Orphans) orphan.Move(DeliveryState.Gone, 0, Urgency.Later);
    }

    /// <summary>What was found when it was opened.</summary>
    public BrokerContents Contents { get; private set; }

    /// <summary>Whether so much waits for the disk that publishers should wait, too.</summary>
    public bool IsFull => commit.IsFull;

    /// <summary>Whether the sessions together may keep a message more. It counts for each session that it is owed to.</summary>
    public bool HasRoom(int bytes) => Volatile.Read(ref keptBytes) + bytes <= maximumBytes;

    /// <summary>Counts what sessions keep.</summary>
    public void Keep(int bytes) => Interlocked.Add(ref keptBytes, bytes);

    /// <summary>Transactions that have failed.</summary>
    public long Failures => commit.Failures;

    /// <summary>Opens the file and reads it.</summary>
    /// <param name="path">Where it is; made when it is not there.</param>
    /// <param name="maximumBytes">Bytes of messages that it may keep for sessions.</param>
    /// <param name="logger">Told when the disk fails and when it works again.</param>
    /// <exception cref="IOException">It cannot be used. It is left as it is.</exception>
    public static BrokerStore Open(string path, long maximumBytes, ILogger logger)
    {
        BrokerFile? file = null;
        try
        {
            file = new BrokerFile(path);
            return new BrokerStore(file, path, maximumBytes, logger);
        }
        catch (Exception exception) when (exception is SqliteException or KeyNotFoundException)
        {
            file?.Dispose();
            throw new IOException($"{path} cannot be used for MQTT sessions and retained messages: {exception.Message}.", exception);
        }
    }

    /// <summary>What was found is in use: its memory is not needed twice.</summary>
    public void Forget() => Contents = new BrokerContents();

    public void Add(Change<BrokerFile> change, Urgency urgency) => commit.Add(change, urgency);

    public Task WaitForRoomAsync() => commit.WaitForRoomAsync();

    /// <summary>Completes when everything that was added with <see cref="Urgency.Now"/> is durable.</summary>
    public Task WhenCommittedAsync()
    {
        var flush = new Flush<BrokerFile>();
        commit.Add(flush);
        return flush.Task;
    }

    public Task FlushAsync() => commit.FlushAsync();

    public SessionRecord NewSession(string clientId) => new(this, Interlocked.Increment(ref sessions), clientId);

    public RetainedRecord NewRetained() => new(this, Interlocked.Increment(ref retained));

    public ValueTask DisposeAsync() => commit.DisposeAsync();
}
