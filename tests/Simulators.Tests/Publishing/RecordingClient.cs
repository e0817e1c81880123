using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Plantroom.Mqtt;

namespace Plantroom.Simulators.Tests.Publishing;

/// <summary>Remembers what was published; acknowledges at once, or when a test says so.</summary>
internal sealed class RecordingClient : IMqttClient
{
    private readonly ConcurrentQueue<Published> messages = [];
    private readonly SemaphoreSlim arrived = new(0);
    private readonly ConcurrentQueue<TaskCompletionSource> unacknowledged = [];

    /// <summary>One counter of each kind of device that has some.</summary>
    public static IReadOnlyList<(string Equipment, string Counter)> Counters { get; } =
        [("M-0", "energy"), ("L-1", "trips"), ("RG-1", "rain"), ("P-101", "runHours")];

    public SimulatorConnection? Connection { get; set; }

    /// <summary>What is acknowledged only by <see cref="Acknowledge"/>.</summary>
    public Func<Published, bool> Hold { get; set; } = static _ => false;

    public Func<Published, Exception?> Fail { get; set; } = static _ => null;

    public bool IsConnected { get; private set; }

    public bool Disposed { get; private set; }

    public IReadOnlyList<Published> Messages => [.. messages];

    public int Waiting => unacknowledged.Count;

    public Task ConnectAsync(CancellationToken cancellationToken = default)
    {
        IsConnected = true;
        return Task.CompletedTask;
    }

    public async ValueTask PublishAsync(MqttPublication publication, CancellationToken cancellationToken = default)
    {
        var (topic, payload, qos, retain) = publication;
        var message = new Published(topic, Encoding.UTF8.GetString(payload.Span), qos, retain);
        if (Fail(message) is { } failure) throw failure;
        messages.Enqueue(message);
        arrived.Release();
        if (!Hold(message)) return;
        var acknowledgement = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        unacknowledged.Enqueue(acknowledgement);
        await acknowledgement.Task.WaitAsync(cancellationToken);
    }

    public void Acknowledge()
    {
        while (unacknowledged.TryDequeue(out var acknowledgement)) acknowledgement.TrySetResult();
    }

    /// <summary>Waits until something was published that fits.</summary>
    public async Task<Published> FirstAsync(Func<Published, bool> fits, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (messages.FirstOrDefault(fits) is { } found) return found;
            await arrived.WaitAsync(cancellationToken);
        }
    }

    public Task SubscribeAsync(MqttSubscription subscription, MqttHandler handler, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task UnsubscribeAsync(string topicFilter, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task DisconnectAsync(CancellationToken cancellationToken = default)
    {
        IsConnected = false;
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        Disposed = true;
        return ValueTask.CompletedTask;
    }

    internal sealed record Published(string Topic, string Text, MqttQos Qos, bool Retain)
    {
        public string Equipment => Topic.Split('/')[^1];

        public bool IsReading => Topic.StartsWith("plantroom/v1/in/hq/", StringComparison.Ordinal);

        public DateTime Time => Json.GetProperty("ts").GetDateTime();

        public double this[string point] => Json.GetProperty("values").GetProperty(point).GetDouble();

        private JsonElement Json => JsonDocument.Parse(Text).RootElement;
    }
}
