using System.Text;

namespace Plantroom.Mqtt.Tests.Contract;

/// <summary>A client under test and the handler that it is given. An error that is logged fails the case unless it is expected.</summary>
internal sealed class ContractClient(IMqttClient client, RecordingLog<IMqttClient> log, CancellationToken cancelled) : IAsyncDisposable
{
    public IMqttClient Client => client;

    public RecordingLog<IMqttClient> Log => log;

    public Recorder Handler { get; } = new();

    public bool ExpectsErrors { get; set; }

    public Task SubscribeAsync(MqttSubscription subscription) => client.SubscribeAsync(subscription, Handler.Handle, cancelled);

    public Task SubscribeAsync(string filter, MqttQos qos = MqttQos.AtLeastOnce) => SubscribeAsync(new MqttSubscription(filter, qos));

    public Task UnsubscribeAsync(string filter) => client.UnsubscribeAsync(filter, cancelled);

    public async Task PublishAsync(string topic, string payload, MqttQos qos = MqttQos.AtLeastOnce, bool retain = false) =>
        await client.PublishAsync(topic, Encoding.UTF8.GetBytes(payload), qos, retain, cancelled);

    public async Task PublishAsync(MqttPublication publication) => await client.PublishAsync(publication, cancelled);

    public Task<Seen> NextAsync() => Handler.NextAsync();

    public async Task UntilConnectedAsync() => await Eventually.TrueAsync(() => client.IsConnected, "it is connected");

    public async ValueTask DisposeAsync()
    {
        await client.DisposeAsync();
        if (!ExpectsErrors) Assert.Empty(log.Errors);
    }
}
