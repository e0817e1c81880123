using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Broker;

/// <summary>Publishes the wills of clients that were lost.</summary>
internal static class Wills
{
    public static async Task PublishAsync(WillMessage will, string clientId, BrokerState broker)
    {
        try
        {
            // A QoS 2 will, which only a 3.1.1 client can have asked for, is published with what there is.
            var qos = will.Qos == MqttQos.AtMostOnce ? MqttQos.AtMostOnce : MqttQos.AtLeastOnce;
            await LocalPublisher.PublishAsync(broker, View(will, qos), waitForHandlers: false, CancellationToken.None);
        }
        catch (Exception exception) when (exception is Delivery.HandlerException or OperationCanceledException)
        {
            broker.Log.WillFailed(clientId, exception);
        }
    }

    private static OwnMessage View(WillMessage will, MqttQos qos) => new(will.Topic, will.Payload, will.Properties, qos, will.Retain);
}
