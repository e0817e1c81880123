using Plantroom.Mqtt.Broker;
using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Tests;

/// <summary>A broker on a free port of 127.0.0.1 for one test; its end fails the test when an error was logged that is not expected.</summary>
internal sealed class TestBroker : IAsyncDisposable
{
    private TestBroker(MqttBrokerOptions options, TimeProvider time, IMqttCredentials? credentials) =>
        Broker = new MqttBroker(options, time, Log, credentials);

    public RecordingLog<MqttBroker> Log { get; } = new();

    public MqttBroker Broker { get; }

    public int Port => Broker.EndPoint.Port;

    public IEnumerable<Connection> Connections => Broker.OpenConnections;

    public bool ExpectsErrors { get; init; }

    public static async Task<TestBroker> StartAsync(
        Action<MqttBrokerOptions>? configure = null, TimeProvider? time = null, bool expectsErrors = false,
        IMqttCredentials? credentials = null)
    {
        var options = new MqttBrokerOptions { Port = 0 };
        configure?.Invoke(options);
        var broker = new TestBroker(options, time ?? TimeProvider.System, credentials) { ExpectsErrors = expectsErrors };
        await broker.Broker.StartAsync(TestContext.Current.CancellationToken);
        return broker;
    }

    public Task<RawClient> OpenAsync() => RawClient.OpenAsync(Port);

    public ValueTask<IDisposable> SubscribeAsync(string filter, MqttHandler handler) =>
        Broker.SubscribeAsync(filter, handler, TestContext.Current.CancellationToken);

    public ValueTask PublishAsync(string topic, ReadOnlyMemory<byte> payload, MqttQos qos, bool retain) =>
        Broker.PublishAsync(topic, payload, qos, retain, TestContext.Current.CancellationToken);

    /// <summary>A raw client that has had its CONNACK.</summary>
    public async Task<RawClient> ConnectAsync(
        string clientId = "test", MqttProtocolVersion version = MqttProtocolVersion.V50, Func<ConnectPacket, ConnectPacket>? with = null)
    {
        var client = await OpenAsync();
        var connect = new ConnectPacket { ClientId = clientId, Version = version };
        await client.ConnectAsync(with is null ? connect : with(connect));
        return client;
    }

    /// <summary>Waits for the newest protocol error, which is recorded a moment after the client sees its end.</summary>
    public async Task<MqttProtocolError> ErrorAsync()
    {
        await Eventually.TrueAsync(() => Broker.RecentErrors.Count > 0, "a protocol error is recorded");
        return Broker.RecentErrors[0];
    }

    public async ValueTask DisposeAsync()
    {
        await Broker.DisposeAsync();
        if (!ExpectsErrors) Assert.Empty(Log.Errors);
    }
}

/// <summary>Waits for what another thread is about to do.</summary>
internal static class Eventually
{
    public static async Task TrueAsync(Func<bool> condition, string what)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(10));
        while (!condition())
        {
            if (patience.IsCancellationRequested) Assert.Fail($"It did not happen that {what}.");
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
        }
    }
}
