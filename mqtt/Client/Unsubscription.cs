using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Client;

/// <summary>The end of a filter's subscriptions, until the broker has confirmed it.</summary>
internal sealed class Unsubscription(string filter, ClientSubscription[] ending)
{
    private readonly TaskCompletionSource confirmed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Filter => filter;

    /// <summary>The subscriptions that end; one that is made later for the same filter does not.</summary>
    public ClientSubscription[] Ending => ending;

    public ushort PacketId { get; private set; }

    public Task Confirmed => confirmed.Task;

    public byte[] Packet(ushort packetId, MqttProtocolVersion version)
    {
        PacketId = packetId;
        return new UnsubscribePacket(packetId, [filter]).Write(version);
    }

    public void Complete(byte reason, string? text)
    {
        if (reason >= Reason.Unspecified)
        {
            Fail(new MqttException($"The broker refused to end the subscription to '{filter}' ({Said.Of(reason, text)}).", reason));
            return;
        }

        foreach (var subscription in ending)
        {
            subscription.Local.End();
            subscription.Fail(new MqttException($"The subscription to '{filter}' was ended."));
        }

        confirmed.TrySetResult();
    }

    public void Fail(MqttException exception)
    {
        confirmed.TrySetException(exception);

        // Whoever unsubscribed may have stopped waiting for it.
        _ = confirmed.Task.Exception;
    }
}
