using System.Collections.Concurrent;
using System.Text;

namespace Plantroom.Mqtt.Tests.Client;

/// <summary>A client under test with what its handler has seen.</summary>
internal sealed class TestClient : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Topic, string Payload, bool Duplicate, MqttAcknowledgement Acknowledgement)> seen = new();

    private TestClient(MqttClientOptions options, TimeProvider time) => Client = new MqttClient(options, time, Log);

    public RecordingLog<MqttClient> Log { get; } = new();

    public MqttClient Client { get; }

    /// <summary>Messages that <see cref="SeenAsync"/> has not taken yet.</summary>
    public int SeenCount => seen.Count;

    /// <summary>Whether the handler acknowledges at once.</summary>
    public bool Acknowledges { get; set; } = true;

    public static TestClient Create(int port, Action<MqttClientOptions>? configure = null, TimeProvider? time = null)
    {
        var options = new MqttClientOptions { Port = port, ReconnectDelay = TimeSpan.FromMilliseconds(1) };
        configure?.Invoke(options);
        return new TestClient(options, time ?? TimeProvider.System);
    }

    public static async Task<TestClient> ConnectAsync(int port, Action<MqttClientOptions>? configure = null, TimeProvider? time = null)
    {
        var client = Create(port, configure, time);
        await client.Client.ConnectAsync(TestContext.Current.CancellationToken);
        return client;
    }

    public Task SubscribeAsync(string filter, MqttQos qos = MqttQos.AtLeastOnce) =>
        Client.SubscribeAsync(filter, qos, Handle, TestContext.Current.CancellationToken);

    public async Task PublishAsync(string topic, string payload, MqttQos qos = MqttQos.AtLeastOnce, bool retain = false) =>
        await Client.PublishAsync(topic, Encoding.UTF8.GetBytes(payload), qos, retain, TestContext.Current.CancellationToken);

    public async Task<(string Topic, string Payload, bool Duplicate, MqttAcknowledgement Acknowledgement)> SeenAsync()
    {
        var message = default((string, string, bool, MqttAcknowledgement));
        await Eventually.TrueAsync(() => seen.TryDequeue(out message), "the handler gets a message");
        return message;
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        Assert.Empty(Log.Errors);
    }

    private ValueTask Handle(in MqttMessage message)
    {
        seen.Enqueue((Encoding.UTF8.GetString(message.Topic), Encoding.UTF8.GetString(message.Payload), message.Duplicate, message.Acknowledgement));
        if (Acknowledges) message.Acknowledgement.Complete();
        return ValueTask.CompletedTask;
    }
}
