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
/// The broker has at most as many messages on the way to a subscriber as its queue holds (receive maximum).
/// </summary>
internal sealed class MqttBus<T> : IBus<T>, IAsyncDisposable
    where T : class
{
    /// <summary>How long <see cref="Complete"/> waits for what is still on the way; the rest comes when the subscriber is back.</summary>
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(2);

    private readonly BusFormat<T> format;
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
    private bool complete;

    public MqttBus(BusFormat<T> format, BusClients clients, BusMetrics metrics, TimeProvider time) =>
        (this.format, this.clients, this.metrics, this.time) = (format, clients, metrics, time);

    /// <inheritdoc/>
    /// <remarks>Completes when the broker has acknowledged it; while it cannot be reached, that takes as long.</remarks>
    /// <exception cref="MqttException">The broker refuses the connection or the message for good.</exception>
    public async ValueTask PublishAsync(T message, CancellationToken cancellationToken = default)
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
            completing = CompleteAsync([.. subscriptions], publisher);
        }
    }

    /// <summary>Leaves the broker, which goes on keeping messages for those who wait for each.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] left;
        lock (gate)
        {
            if (disposing.IsCancellationRequested) return;
            disposing.Cancel();
            foreach (var subscription in subscriptions.ToArray()) subscription.Dispose();
            left = [.. leaving.Values, passing];
        }

        await completing;
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
            await publisher!.PublishAsync(output.Part(0), cancellationToken);
            return;
        }

        var sending = new Task[output.Parts];
        for (var i = 0; i < sending.Length; i++) sending[i] = publisher!.PublishAsync(output.Part(i), cancellationToken).AsTask();
        await Task.WhenAll(sending);
    }

    /// <summary>
    /// What this process has published is on its way to its own subscribers, over the broker. A last message behind it tells each of them
    /// that nothing more will come.
    /// </summary>
    private async Task CompleteAsync(MqttBusSubscription<T>[] all, IMqttClient? sender)
    {
        using var limit = new CancellationTokenSource(DrainLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, disposing.Token);
        try
        {
            if (sender is null) return;
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

    private void Forget(MqttBusSubscription<T> subscription, Task leave)
    {
        lock (gate)
        {
            subscriptions.Remove(subscription);
            if (subscription.Lasts) leaving[subscription.Subscriber] = leave;
            else passing = Task.WhenAll(passing, leave);
        }
    }
}
