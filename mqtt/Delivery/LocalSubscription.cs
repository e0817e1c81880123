using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Delivery;

/// <summary>A handler and the topics that it wants.</summary>
internal sealed class LocalSubscription(string filter, MqttHandler handler)
{
    private volatile bool ended;

    public string Filter => filter;

    /// <summary>Ends it at once, also for messages whose match was looked up a moment ago.</summary>
    public void End() => ended = true;

    /// <summary>Hands over a message. When it has ended, it owes nothing.</summary>
    public ValueTask Call(in PublishPacket packet, bool retained, MqttAcknowledgement acknowledgement)
    {
        if (ended)
        {
            acknowledgement.Complete();
            return ValueTask.CompletedTask;
        }

        var message = new MqttMessage
        {
            Topic = packet.Topic,
            Payload = packet.Payload,
            Qos = packet.Qos,
            Retain = retained,
            Duplicate = packet.Duplicate,
            Properties = new MqttProperties(packet.Properties),
            Acknowledgement = acknowledgement,
        };
        return handler(in message);
    }
}
