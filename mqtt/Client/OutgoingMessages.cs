using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;

namespace Plantroom.Mqtt.Client;

/// <summary>
/// The QoS 1 messages of a client until the broker has acknowledged them, across connections, in the order of the calls.
/// <code>
///  calls ──► waiting (one per caller that waits) ──► window (packet ids, at most MaximumInFlight) ──► connection
/// </code>
/// </summary>
internal sealed class OutgoingMessages(MqttClientOptions options)
{
    /// <summary>Packet identifiers above are those of SUBSCRIBE.</summary>
    public const int LastId = 61_440;

    private readonly Lock gate = new();
    private readonly PacketWindow<PendingPublish> window = new(LastId);
    private readonly LinkedList<PendingPublish> waiting = new();
    private ClientLink? link;
    private bool closed;

    /// <summary>Sends a message, and again over later connections, until it is acknowledged.</summary>
    public async ValueTask PublishAsync(
        ReadOnlyMemory<byte> topic, ReadOnlyMemory<byte> payload, bool retain, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var pending = new PendingPublish(topic, payload, retain);
        ClientLink? current;
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closed, this);
            waiting.AddLast(pending);
            current = link;
            Send();
        }

        current?.Outbound.RequestPump();
        try
        {
            await pending.Acknowledged.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The caller may use the payload again from here on. What has a packet identifier was copied, and stays until acknowledged.
            lock (gate)
            {
                if (pending.Size == 0) waiting.Remove(pending);
            }

            throw;
        }
    }

    /// <summary>A new connection: everything that is not acknowledged is sent again. The caller pumps.</summary>
    public void Attach(ClientLink newLink)
    {
        lock (gate)
        {
            link = newLink;
            window.Rewind();
            Send();
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
            Send();
        }

        pending!.Complete(acknowledgement.Reason);
    }

    /// <summary>Nothing will be sent any more: whoever waits is told so.</summary>
    public void Fail()
    {
        var exception = new MqttException("The client was disconnected before the broker acknowledged the message.");
        lock (gate)
        {
            closed = true;
            window.Rewind();
            while (window.TryPeek(out var id, out var pending, out _))
            {
                pending!.Fail(exception);
                window.Advance();
                window.TryRemove(id, out _);
            }

            foreach (var pending in waiting) pending.Fail(exception);
            waiting.Clear();
        }
    }

    private void Send()
    {
        do Admit();
        while (SendUnsent());
    }

    private void Admit()
    {
        while (window.Count < options.MaximumInFlight && window.HasRoom && waiting.First is { } first)
        {
            waiting.RemoveFirst();
            first.Value.Write(window.NextId, options.ProtocolVersion);
            window.Add(first.Value, MqttQos.AtLeastOnce);
        }
    }

    /// <returns>Whether one was refused, so that there is room for another.</returns>
    private bool SendUnsent()
    {
        var refused = false;
        if (link is null) return false;
        while (window.InFlight < link.Connack.ReceiveMaximum && window.TryPeek(out var id, out var pending, out var due))
        {
            window.Advance();
            if (link.Accepts(pending!.Size))
            {
                link.Outbound.Write(pending.Packet(due == Due.PublishAgain), isMessage: true);
                continue;
            }

            refused = true;
            window.TryRemove(id, out _);
            pending.Fail(new MqttException($"The message takes {pending.Size} bytes, more than the broker accepts.", Reason.PacketTooLarge));
        }

        return refused;
    }
}
