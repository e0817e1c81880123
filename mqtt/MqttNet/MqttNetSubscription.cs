using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using Plantroom.Mqtt.Delivery;

namespace Plantroom.Mqtt.MqttNet;

/// <summary>What a client has subscribed to, and whether the broker knows of it.</summary>
internal sealed class MqttNetSubscription(MqttSubscription subscription, LocalSubscription handler)
{
    private readonly TaskCompletionSource granted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Filter => subscription.Filter;

    public LocalSubscription Handler => handler;

    public Task Granted => granted.Task;

    public MqttClientSubscribeOptions Request => new()
    {
        SubscriptionIdentifier = (uint)(subscription.Identifier ?? 0),
        TopicFilters =
        [
            new MqttTopicFilter
            {
                Topic = subscription.Filter,
                QualityOfServiceLevel = (MqttQualityOfServiceLevel)subscription.Qos,
                NoLocal = subscription.NoLocal,
                RetainAsPublished = subscription.RetainAsPublished,
                RetainHandling = (MQTTnet.Protocol.MqttRetainHandling)subscription.Retained,
            },
        ],
    };

    public void Grant() => granted.TrySetResult();

    public void Fail(MqttException exception)
    {
        granted.TrySetException(exception);

        // Whoever subscribed may have stopped waiting for it.
        _ = granted.Task.Exception;
    }
}
