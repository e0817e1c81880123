using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Broker;

/// <summary>Publishes the wills of clients that were lost.</summary>
internal static class Wills
{
    public static async Task PublishAsync(WillMessage will, string clientId, BrokerState broker)
    {
        try
        {
            var message = new OwnMessage(will.Topic, will.Payload, will.Properties, will.Qos, will.Retain);
            await LocalPublisher.PublishAsync(broker, message, waitForHandlers: false, CancellationToken.None);
        }
        catch (Exception exception) when (exception is Delivery.HandlerException or OperationCanceledException)
        {
            broker.Log.WillFailed(clientId, exception);
        }
    }
}
