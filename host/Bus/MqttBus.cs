using System.Collections.Concurrent;
using System.Text;
using Plantroom.Mqtt;

namespace Plantroom.Host.Bus;

/// <summary>
/// The bus between processes: an MQTT 5.0 broker carries the messages and keeps them for subscribers that are away.
/// <code>
///                        ┌ broker ─────────────────────┐    one connection each
/// PublishAsync ─ QoS 1 ─►│ session of ingest, kept     ├──► queue ─► taken ─► Kept()       ─► PUBACK
///             ◄─ PUBACK ─┤ session of alerts, kept     ├──► queue ─► taken ─► next one     ─► PUBACK
///                        │ connection of the dashboard ├──► queue, oldest dropped           PUBACK at once
///                        └─────────────────────────────┘
/// </code>
/// The broker has at most as many messages on the way to a subscriber as its queue holds (receive maximum). Messages that were kept before
/// wait in a queue in front of the broker, see <see cref="BusFormat{T}.IsKeptBefore"/>.
/// </summary>
internal sealed partial class MqttBus<T> : IBus<T>, IAsyncDisposable
    where T : class
{
    /// <summary>How long <see cref="Complete"/> waits for what is still on the way; the rest comes when the subscriber is back.</summary>
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(2);

    /// <summary>How long a message that the broker refused waits at first until it is sent again; it doubles.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>Reason codes of a PUBACK that may be another one a moment later (MQTT 5.0 section 3.4.2.1).</summary>
    private const byte ImplementationSpecific = 0x83;
    private const byte QuotaExceeded = 0x97;

    private readonly BusFormat<T> format;
    private readonly BusQueue<T>? queue;
    private readonly Task<int> pumping;
    private readonly ILogger<MqttBus<T>> logger;
    private readonly BusClients clients;
    private readonly BusMetrics metrics;
    private readonly TimeProvider time;
    private readonly Lock gate = new();
    private readonly ConcurrentBag<BusOutput> outputs = [];
    private readonly List<MqttBusSubscription<T>> subscriptions = [];
    private readonly Dictionary<string, Task> leaving = [];
    private readonly CancellationTokenSource disposing = new();
    private IMqttClient? publisher;
    private Task ready = Task.CompletedTask;
    private Task completing = Task.CompletedTask;
    private Task passing = Task.CompletedTask;
    private Task? draining;
    private bool complete;
    private int refusals;

    public MqttBus(BusFormat<T> format, BusClients clients, BusMetrics metrics, TimeProvider time, ILogger<MqttBus<T>> logger)
    {
        (this.format, this.clients, this.metrics, this.time, this.logger) = (format, clients, metrics, time, logger);
        if (format.IsKeptBefore) queue = new(SendAsync, time);
        pumping = queue?.PumpAsync(disposing.Token) ?? Task.FromResult(0);
    }

    /// <summary>Whether the broker is there for everybody who publishes or subscribes.</summary>
    public bool IsConnected
    {
        get
        {
            lock (gate) return publisher is not { IsConnected: false } && subscriptions.TrueForAll(static s => s.IsConnected);
        }
    }

    /// <summary>How many messages wait for the broker without anybody waiting for them.</summary>
    public int Waiting => queue?.Depth ?? 0;

    /// <inheritdoc/>
    /// <remarks>
    /// Completes when the broker has acknowledged it; while it cannot be reached, that takes as long. A message that was kept before is
    /// waited for only a moment, unless <see cref="BusQueue{T}.Capacity"/> others wait as well.
    /// </remarks>
    /// <exception cref="MqttException">The broker refuses the connection or the message for good.</exception>
    public ValueTask PublishAsync(T message, CancellationToken cancellationToken = default) =>
        queue?.PutAsync(message, cancellationToken) ?? new(SendAsync(message, cancellationToken));

    private async Task SendAsync(T message, CancellationToken cancellationToken)
    {
        await Ready().WaitAsync(cancellationToken);
        if (!outputs.TryTake(out var output)) output = new();
        try
        {
            format.Write(message, output);
            await SendAsync(output, cancellationToken);
        }
        finally
        {
            output.Clear();
            outputs.Add(output);
        }

        format.Published(message);
        metrics.Published(format.Name);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Somebody of this process subscribes under that name already.</exception>
    public IBusSubscription<T> Subscribe(string subscriber, int capacity, WhenFull whenFull, Finished finished = Finished.WithTheNext)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        if (finished is Finished.WhenKept && !format.CanBeKept) throw new ArgumentException($"{format.Name} cannot be kept.", nameof(finished));
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposing.IsCancellationRequested, this);
            var id = clients.ClientId(format.Name, subscriber);
            if (whenFull is WhenFull.Wait && subscriptions.Any(s => s.Subscriber == subscriber && s.Lasts))
                throw new InvalidOperationException($"There is a subscriber '{subscriber}' already.");
            var client = whenFull is WhenFull.Wait ? clients.Lasting(id, capacity) : clients.Passing(id, capacity);
            var subscription = new MqttBusSubscription<T>(client, format, metrics, subscriber, capacity, whenFull, finished)
            {
                Filter = (clients.IsShared(subscriber) ? $"$share/{subscriber}/" : "") + format.Prefix + "#",
                EndTopic = $"plantroom/v1/bus/{id}/end",
                LeftTopic = $"plantroom/v1/bus/{id}/left",
                Time = time,
                Run = Encoding.UTF8.GetBytes(clients.Run),
                Left = Forget,
            };
            subscriptions.Add(subscription);
            var before = leaving.GetValueOrDefault(subscriber, Task.CompletedTask);
            ready = Task.WhenAll(ready, subscription.StartAsync(before));
            if (complete) subscription.Complete();
            return subscription;
        }
    }

    /// <inheritdoc/>
    public void Complete()
    {
        lock (gate)
        {
            if (complete) return;
            complete = true;
            completing = CompleteAsync([.. subscriptions]);
        }
    }

    /// <summary>Leaves the broker, which goes on keeping messages for those who wait for each.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] left;
        if (queue is not null && !disposing.IsCancellationRequested) await (draining ?? DrainAsync(queue));
        lock (gate)
        {
            if (disposing.IsCancellationRequested) return;
            disposing.Cancel();
            foreach (var subscription in subscriptions.ToArray()) subscription.Dispose();
            left = [.. leaving.Values, passing];
        }

        await completing;
        if (await pumping is > 0 and var lost) LogLeft(lost, format.Name);
        await Task.WhenAll(left);
        if (publisher is not null) await publisher.DisposeAsync();
        disposing.Dispose();
    }

    /// <summary>Everybody of this process who subscribed before must get what is published from now on.</summary>
    private Task Ready()
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposing.IsCancellationRequested, this);
            if (publisher is not null) return ready;
            publisher = clients.Passing(clients.ClientId(format.Name, "publisher"), ushort.MaxValue);
            return ready = Task.WhenAll(ready, publisher.ConnectAsync(disposing.Token));
        }
    }

    /// <summary>All parts go out in order; the memory is free again when all of them have ended.</summary>
    private async Task SendAsync(BusOutput output, CancellationToken cancellationToken)
    {
        if (output.Parts == 1)
        {
            await SendAsync(output.Part(0), cancellationToken);
            return;
        }

        var sending = new Task[output.Parts];
        for (var i = 0; i < sending.Length; i++) sending[i] = SendAsync(output.Part(i), cancellationToken).AsTask();
        await Task.WhenAll(sending);
    }

    /// <summary>A broker that has no room at the moment is asked again until it has.</summary>
    private async ValueTask SendAsync(MqttPublication part, CancellationToken cancellationToken)
    {
        for (var wait = ShortestWait; ; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            try
            {
                await publisher!.PublishAsync(part, cancellationToken);
                if (Volatile.Read(ref refusals) > 0 && Interlocked.Exchange(ref refusals, 0) is > 0 and var times) LogTaken(format.Name, times);
                return;
            }
            catch (MqttException e) when (e.ReasonCode is QuotaExceeded or ImplementationSpecific && !disposing.IsCancellationRequested)
            {
                metrics.Refused(format.Name);
                if (Interlocked.Increment(ref refusals) == 1) LogRefused(format.Name, e.Message);
            }

            await Task.Delay(wait, time, cancellationToken);
        }
    }

    /// <summary>
    /// What this process has published is on its way to its own subscribers, over the broker. A last message behind it tells each of them
    /// that nothing more will come.
    /// </summary>
    private async Task CompleteAsync(MqttBusSubscription<T>[] all)
    {
        using var limit = new CancellationTokenSource(DrainLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, disposing.Token);
        try
        {
            if (queue is not null) await (draining = DrainAsync(queue)).WaitAsync(either.Token);
            if (publisher is not { } sender) return;
            foreach (var subscription in all)
                await sender.PublishAsync(new(subscription.EndTopic, subscription.Run, MqttQos.AtLeastOnce), either.Token);
            await Task.WhenAll(all.Select(static s => s.Ended)).WaitAsync(either.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or MqttException or ObjectDisposedException)
        {
            // What could not be drained is kept by the broker, for those who do not drop.
        }
        finally
        {
            foreach (var subscription in all) subscription.Complete();
        }
    }

    private async Task DrainAsync(BusQueue<T> waiting)
    {
        using var limit = new CancellationTokenSource(DrainLimit, time);
        await waiting.DrainAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Forget(MqttBusSubscription<T> subscription, Task leave)
    {
        lock (gate)
        {
            subscriptions.Remove(subscription);
            if (subscription.Lasts) leaving[subscription.Subscriber] = leave;
            else passing = Task.WhenAll(passing, leave);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The broker of the bus does not take {Bus} at the moment: {Why} They are sent again until it does")]
    private partial void LogRefused(string bus, string why);

    [LoggerMessage(LogLevel.Information, "The broker of the bus takes {Bus} again, after {Times} refusals")]
    private partial void LogTaken(string bus, int times);

    [LoggerMessage(LogLevel.Warning, "{Messages} messages on the bus of {Bus} were not passed on to other processes; they are stored here")]
    private partial void LogLeft(int messages, string bus);
}
