using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Client;

/// <summary>A QoS 1 message that the broker has not acknowledged, as the packet to send.</summary>
internal sealed class PendingPublish(byte[] packet)
{
    private const byte DuplicateFlag = 8;

    private readonly TaskCompletionSource acknowledged = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Acknowledged => acknowledged.Task;

    public int Size => packet.Length;

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
