using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Client;

/// <summary>A message that the broker has not acknowledged: a view of what the caller gave until it has a packet identifier, and from
/// then on the packet to send.</summary>
internal sealed class PendingPublish(ReadOnlyMemory<byte> topic, ReadOnlyMemory<byte> payload, bool retain)
{
    private const byte DuplicateFlag = 8;

    private readonly TaskCompletionSource acknowledged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[] packet = [];

    public Task Acknowledged => acknowledged.Task;

    public int Size => packet.Length;

    /// <summary>Makes the packet; what the caller gave is not looked at any more.</summary>
    public void Write(ushort packetId, MqttProtocolVersion version)
    {
        var publish = new PublishPacket { Topic = topic.Span, Payload = payload.Span };
        packet = new byte[publish.Size(MqttQos.AtLeastOnce, version)];
        publish.Write(packet, MqttQos.AtLeastOnce, retain, duplicate: false, packetId, version);
    }

    /// <summary>The packet; from the second time on it says that it may be a duplicate.</summary>
    public ReadOnlySpan<byte> Packet(bool again)
    {
        if (again) packet[0] |= DuplicateFlag;
        return packet;
    }

    public void Complete(byte reason)
    {
        if (reason < Reason.Unspecified) acknowledged.TrySetResult();
        else Fail(new MqttException($"The broker did not take the message (0x{reason:X2}).", reason));
    }

    public void Fail(MqttException exception)
    {
        acknowledged.TrySetException(exception);

        // Whoever published may have stopped waiting for it.
        _ = acknowledged.Task.Exception;
    }
}
