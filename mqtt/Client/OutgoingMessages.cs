using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;

namespace Plantroom.Mqtt.Client;

/// <summary>The QoS 1 messages of a client until the broker has acknowledged them, across connections.</summary>
internal sealed class OutgoingMessages(MqttClientOptions options) : IDisposable
{
    /// <summary>Packet identifiers above are those of SUBSCRIBE.</summary>
    public const int LastId = 61_440;

    private readonly Lock gate = new();
    private readonly PacketWindow<PendingPublish> window = new(LastId);
    private readonly SemaphoreSlim free = new(options.MaximumInFlight);
    private ClientLink? link;
    private bool closed;

    /// <summary>Sends a message, and again over later connections, until it is acknowledged.</summary>
    public async ValueTask PublishAsync(
        ReadOnlyMemory<byte> topic, ReadOnlyMemory<byte> payload, bool retain, CancellationToken cancellationToken)
    {
        await free.WaitAsync(cancellationToken);
        PendingPublish pending;
        ClientLink? current;
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closed, this);
            var packet = new PublishPacket { Topic = topic.Span, Payload = payload.Span };
            pending = new PendingPublish(Write(packet, retain, window.NextId));
            window.Add(pending);
            current = link;
            SendUnsent();
        }

        current?.Outbound.RequestPump();
        await pending.Acknowledged.WaitAsync(cancellationToken);
    }

    /// <summary>A new connection: everything that is not acknowledged is sent again. The caller pumps.</summary>
    public void Attach(ClientLink newLink)
    {
        lock (gate)
        {
            link = newLink;
            window.Rewind();
            SendUnsent();
        }
    }

    public void Detach(ClientLink oldLink)
    {
        lock (gate)
        {
            if (link == oldLink) link = null;
        }
    }

    /// <summary>The broker has answered.</summary>
    public void Acknowledge(AcknowledgementPacket acknowledgement)
    {
        PendingPublish? pending;
        lock (gate)
        {
            if (!window.TryAcknowledge(acknowledgement.PacketId, out pending)) return;
            SendUnsent();
        }

        free.Release();
        pending!.Complete(acknowledgement.Reason);
    }

    /// <summary>Nothing will be sent any more: whoever waits is told so.</summary>
    public void Fail()
    {
        lock (gate)
        {
            closed = true;
            window.Rewind();
            while (window.TryPeek(out var id, out var pending, out _))
            {
                pending!.Fail(new MqttException("The client was disconnected before the broker acknowledged the message."));
                window.Advance();
                window.TryAcknowledge(id, out _);
            }
        }
    }

    public void Dispose() => free.Dispose();

    private byte[] Write(in PublishPacket packet, bool retain, ushort id)
    {
        var bytes = new byte[packet.Size(MqttQos.AtLeastOnce, options.ProtocolVersion)];
        packet.Write(bytes, MqttQos.AtLeastOnce, retain, duplicate: false, id, options.ProtocolVersion);
        return bytes;
    }

    private void SendUnsent()
    {
        if (link is null) return;
        while (window.InFlight < link.Connack.ReceiveMaximum && window.TryPeek(out var id, out var pending, out var again))
        {
            window.Advance();
            if (link.Accepts(pending!.Size)) link.Outbound.Write(pending.Packet(again), isMessage: true);
            else Refuse(id, pending);
        }
    }

    private void Refuse(ushort id, PendingPublish pending)
    {
        window.TryAcknowledge(id, out _);
        free.Release();
        pending.Fail(new MqttException($"The message takes {pending.Size} bytes, more than the broker accepts.", Reason.PacketTooLarge));
    }
}
