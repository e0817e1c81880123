using System.Net;
using System.Text;
using Plantroom.Mqtt;

namespace Plantroom.Gateway.Tests;

/// <summary>Hands messages to the subscriber as the embedded broker does, without a network.</summary>
internal sealed class FakeBroker : IMqttBroker
{
    private MqttHandler? handler;

    public string? Filter { get; private set; }

    /// <summary>What is retained; delivered within the subscription.</summary>
    public List<(string Topic, string Payload)> Retained { get; } = [];

    public IPEndPoint EndPoint => new(IPAddress.Loopback, 1883);

    public MqttBrokerStatistics Statistics { get; set; }

    public IReadOnlyList<MqttProtocolError> RecentErrors { get; set; } = [];

    public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public async ValueTask<IDisposable> SubscribeAsync(string topicFilter, MqttHandler handler, CancellationToken cancellationToken = default)
    {
        Filter = topicFilter;
        this.handler = handler;
        foreach (var (topic, payload) in Retained) await Send(topic, Encoding.UTF8.GetBytes(payload), retain: true);
        return new Subscription(this);
    }

    public ValueTask PublishAsync(MqttPublication publication, CancellationToken cancellationToken = default) =>
        new(Send(publication.Topic, publication.Payload.Span));

    public Task Send(string topic, string payload, MqttAcknowledgement acknowledgement = default) =>
        Send(topic, Encoding.UTF8.GetBytes(payload), acknowledgement);

    /// <summary>The buffer is overwritten afterwards, as a view is valid only until the handler returns.</summary>
    public Task Send(string topic, ReadOnlySpan<byte> payload, MqttAcknowledgement acknowledgement = default, bool retain = false)
    {
        if (handler is null) return Task.CompletedTask;
        var topicBytes = Encoding.UTF8.GetBytes(topic);
        var payloadBytes = payload.ToArray();
        var room = handler(new MqttMessage { Topic = topicBytes, Payload = payloadBytes, Retain = retain, Acknowledgement = acknowledgement }).AsTask();
        Array.Fill(topicBytes, (byte)'!');
        Array.Fill(payloadBytes, (byte)'!');
        return room;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Subscription(FakeBroker broker) : IDisposable
    {
        public void Dispose() => broker.handler = null;
    }
}

/// <summary>A connection that owes acknowledgements, and remembers which it has sent.</summary>
internal sealed class FakeDebtor : IMqttDebtor
{
    private readonly List<long> acknowledged = [];

    public IReadOnlyList<long> Acknowledged
    {
        get
        {
            lock (acknowledged) return [.. acknowledged];
        }
    }

    public void Acknowledge(long token)
    {
        lock (acknowledged) acknowledged.Add(token);
    }

    public MqttAcknowledgement Owes(long token) => new(this, token);
}
