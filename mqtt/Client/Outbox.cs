using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Plantroom.Mqtt.Delivery;
using Plantroom.Mqtt.Persistence;

namespace Plantroom.Mqtt.Client;

/// <summary>
/// The offline queue: messages of QoS 1 and 2 in order, bounded, in memory and, when there is a file, on the disk.
/// <code>
///  EnqueueAsync ──[room]──► ready ──► packet window ──► broker ──► Remove
///                    └────► file (group commit) ◄──────────────────┘
/// </code>
/// A message is sent as soon as there is a connection, without waiting for the disk; whoever published it waits for one of the two.
/// </summary>
internal sealed partial class Outbox(MqttClientOptions options, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly SemaphoreSlim turn = new(1);
    private readonly Queue<QueuedMessage> ready = new();
    private GroupCommit<OutboxFile>? file;
    private TaskCompletionSource? left;
    private bool isOpen;
    private bool closed;
    private long lastNumber;
    private long bytes;
    private long dropped;
    private int count;

    /// <summary>Messages that are in the queue, sent or not.</summary>
    public int Count => Volatile.Read(ref count);

    /// <summary>Messages that were given up: refused by the broker, or expired.</summary>
    public long Dropped => Volatile.Read(ref dropped);

    /// <summary>Takes a message in; completes when it is safe there.</summary>
    /// <exception cref="IOException">The file cannot be opened, or the client was disposed meanwhile.</exception>
    public async ValueTask EnqueueAsync(Publication publication, Action resume, CancellationToken cancellationToken)
    {
        QueuedMessage queued;
        await turn.WaitAsync(cancellationToken);
        try
        {
            Open();
            await WaitForRoomAsync(publication, cancellationToken);
            queued = Add(publication);
        }
        finally
        {
            turn.Release();
        }

        resume();
        if (file is not null) await queued.Safe.WaitAsync(cancellationToken);
    }

    /// <summary>Opens the file, if there is one, and takes in what it holds.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            Open();
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Takes the next message to be sent.</summary>
    public bool TryTake(out QueuedMessage? queued)
    {
        while (true)
        {
            lock (gate)
            {
                if (!ready.TryDequeue(out queued)) return false;
            }

            if (!queued.Message.IsExpired(time.GetUtcNow())) return true;
            Remove(queued, null);
            Interlocked.Increment(ref dropped);
        }
    }

    /// <summary>The broker has answered.</summary>
    public void Remove(QueuedMessage queued, MqttException? refused)
    {
        queued.Leave();
        lock (gate)
        {
            count--;
            bytes -= queued.Bytes;
            left?.TrySetResult();
            left = null;
        }

        file?.Add(new Removal(queued), Urgency.Later);
        if (refused is null) return;
        Interlocked.Increment(ref dropped);
        LogRefused(logger, refused.Message);
    }

    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            closed = true;
            left?.TrySetResult();
        }

        await turn.WaitAsync(CancellationToken.None);
        if (file is not null) await file.DisposeAsync();
        turn.Release();
    }

    private void Open()
    {
        ObjectDisposedException.ThrowIf(closed, typeof(MqttClient));
        if (isOpen || options.OutboxFile is null) return;
        try
        {
            var opened = new OutboxFile(options.OutboxFile, time);
            Load(opened);
            file = new GroupCommit<OutboxFile>(
                opened, () => new OutboxFile(options.OutboxFile, time), options.OfflineQueueLength, time, logger);
            isOpen = true;
        }
        catch (SqliteException exception)
        {
            throw new IOException($"The outbox file '{options.OutboxFile}' cannot be used: {exception.Message}", exception);
        }
    }

    private void Load(OutboxFile opened)
    {
        lock (gate)
        {
            foreach (var queued in opened.All())
            {
                ready.Enqueue(queued);
                (lastNumber, count, bytes) = (queued.Number, count + 1, bytes + queued.Bytes);
            }
        }
    }

    private async ValueTask WaitForRoomAsync(Publication publication, CancellationToken cancellationToken)
    {
        var size = publication.Topic.Length + publication.Payload.Length + publication.Properties.Length;
        while (true)
        {
            Task waiting;
            lock (gate)
            {
                ObjectDisposedException.ThrowIf(closed, typeof(MqttClient));
                if (count < options.OfflineQueueLength && (count == 0 || bytes + size <= options.OfflineQueueBytes)) return;
                waiting = (left ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await waiting.WaitAsync(cancellationToken);
        }
    }

    private QueuedMessage Add(in Publication publication)
    {
        var message = new StoredMessage(
            OutboxFile.Packet(publication.Topic, publication.Payload.Span, publication.Properties), time.GetUtcNow());
        var queued = new QueuedMessage(++lastNumber, message, publication.Qos, publication.Retain, isWritten: false);
        lock (gate)
        {
            ready.Enqueue(queued);
            count++;
            bytes += queued.Bytes;
        }

        // A broker that is there mostly acknowledges before the disk is asked.
        file?.Add(queued, Urgency.Soon);
        return queued;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A message of the offline queue is given up: {Why}")]
    private static partial void LogRefused(ILogger logger, string why);
}
