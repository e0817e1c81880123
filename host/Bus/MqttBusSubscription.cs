using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Plantroom.Mqtt;

namespace Plantroom.Host.Bus;

/// <summary>One subscriber's queue and its connection to the broker.</summary>
internal sealed class MqttBusSubscription<T> : IBusSubscription<T>
    where T : class
{
    /// <summary>How long leaving may take when the broker does not answer.</summary>
    private static readonly TimeSpan LeaveLimit = TimeSpan.FromSeconds(1);

    private readonly IMqttClient client;
    private readonly BusFormat<T> format;
    private readonly BusRead<T> read;
    private readonly BusMetrics metrics;
    private readonly WhenFull whenFull;
    private readonly Finished finished;
    private readonly Channel<Item> queue;
    private readonly CancellationTokenSource leaving = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private MqttAcknowledgement taken;
    private long dropped;

    public MqttBusSubscription(
        IMqttClient client, BusFormat<T> format, BusMetrics metrics, string subscriber, int capacity, WhenFull whenFull, Finished finished)
    {
        (this.client, this.format, this.metrics, Subscriber) = (client, format, metrics, subscriber);
        (this.whenFull, this.finished, read) = (whenFull, finished, format.Reader());
        var options = new BoundedChannelOptions(capacity)
        {
            FullMode = whenFull is WhenFull.Wait ? BoundedChannelFullMode.Wait : BoundedChannelFullMode.DropOldest,
        };
        queue = Channel.CreateBounded<Item>(options, _ => Interlocked.Increment(ref dropped));
    }

    public string Subscriber { get; }

    public required string Filter { get; init; }

    /// <summary>Where the message comes that says that nothing more will come.</summary>
    public required string EndTopic { get; init; }

    /// <summary>Where it says that it leaves.</summary>
    public required string LeftTopic { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>What the message at <see cref="EndTopic"/> says; another one was left over from an earlier run.</summary>
    public required byte[] Run { get; init; }

    /// <summary>Told when it was disposed, with the end of its connection.</summary>
    public required Action<MqttBusSubscription<T>, Task> Left { get; init; }

    /// <summary>Whether the broker keeps messages for it while it is away.</summary>
    public bool Lasts => whenFull is WhenFull.Wait;

    /// <summary>Whether the broker can send it something.</summary>
    public bool IsConnected => client.IsConnected;

    public int Depth => queue.Reader.Count;

    public long Dropped => Interlocked.Read(ref dropped);

    /// <summary>Completes when nothing more will come into the queue.</summary>
    public Task Ended => ended.Task;

    /// <summary>Connects and subscribes; completes when the broker has granted it, or it was disposed before.</summary>
    /// <param name="before">The end of an earlier connection of the same name.</param>
    public async Task StartAsync(Task before)
    {
        try
        {
            await before;

            // The handlers come first: a broker that has kept messages sends them as soon as it has accepted the connection.
            var subscribing = Task.WhenAll(
                client.SubscribeAsync(new MqttSubscription(EndTopic), TakeEnd, leaving.Token),
                client.SubscribeAsync(new MqttSubscription(Filter), Take, leaving.Token));
            await client.ConnectAsync(leaving.Token);
            await subscribing;
        }
        catch (Exception e) when (leaving.IsCancellationRequested && e is OperationCanceledException or MqttException or ObjectDisposedException)
        {
            // Nobody is there any more who would want it.
        }
        catch (MqttException e)
        {
            Complete(e);
            throw;
        }
    }

    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken = default)
    {
        Finish(default);
        return queue.Reader.WaitToReadAsync(cancellationToken);
    }

    public T? TryTake()
    {
        if (queue.Reader.TryRead(out var item))
        {
            Finish(item.Owed);
            return item.Message;
        }

        Finish(default);
        return null;
    }

    public async IAsyncEnumerable<T> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await WaitAsync(cancellationToken))
            while (TryTake() is { } message)
                yield return message;
    }

    /// <summary>Nothing more will come into the queue; what is in it can be taken.</summary>
    public void Complete(Exception? why = null)
    {
        queue.Writer.TryComplete(why);
        ended.TrySetResult();
    }

    public void Dispose()
    {
        lock (gate)
        {
            if (leaving.IsCancellationRequested) return;
            leaving.Cancel();
        }

        Complete();
        Left(this, LeaveAsync());
    }

    /// <summary>Acknowledgements travel in front of the farewell: once the broker has it, nothing that is finished comes again.</summary>
    private async Task LeaveAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(LeaveLimit, Time);
            if (Lasts && client.IsConnected) await client.PublishAsync(new(LeftTopic, default, MqttQos.AtLeastOnce), limit.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or MqttException)
        {
            // Some of what is finished may come again.
        }

        await client.DisposeAsync();
        leaving.Dispose();
    }

    private ValueTask Take(in MqttMessage message)
    {
        metrics.Received(format.Name, Subscriber);
        var owed = message.Acknowledgement;
        var kept = finished is Finished.WhenKept && whenFull is WhenFull.Wait && owed.Debtor is { } debtor
            ? new Acknowledgement(static (debtor, token) => ((IMqttDebtor)debtor).Acknowledge(token), debtor, owed.Token)
            : default(Acknowledgement?);
        if (read(message, kept) is not { } usable)
        {
            owed.Complete();
            return default;
        }

        if (whenFull is WhenFull.DropOldest) owed.Complete();
        var item = new Item(usable, whenFull is WhenFull.Wait && finished is Finished.WithTheNext ? owed : default);
        return queue.Writer.TryWrite(item) ? default : PutAsync(item);
    }

    /// <summary>
    /// The broker sends no more than there is room for; but after a lost connection it sends again what is still in the queue. Then the
    /// connection is not read from until there is room.
    /// </summary>
    private async ValueTask PutAsync(Item item)
    {
        while (await queue.Writer.WaitToWriteAsync())
            if (queue.Writer.TryWrite(item))
                return;
    }

    private ValueTask TakeEnd(in MqttMessage message)
    {
        if (message.Payload.SequenceEqual(Run)) Complete();
        message.Acknowledgement.Complete();
        return default;
    }

    /// <summary>The message that was taken before is finished; the one taken now is owed.</summary>
    private void Finish(MqttAcknowledgement next)
    {
        MqttAcknowledgement before;
        lock (gate) (before, taken) = (taken, next);
        before.Complete();
    }

    /// <summary>A message in the queue, and what is owed when the subscriber has finished with it.</summary>
    private readonly record struct Item(T Message, MqttAcknowledgement Owed);
}
