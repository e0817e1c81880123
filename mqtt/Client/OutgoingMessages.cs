using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;

namespace Plantroom.Mqtt.Client;

/// <summary>
/// The messages of QoS 1 and 2 of a client until the broker has acknowledged them, across connections, in the order of the calls.
/// <code>
///  calls ──► waiting (one per caller that waits) ──┐
///                                                  ├──► window (packet ids, at most MaximumInFlight) ──► connection
///  calls ──► offline queue, when there is one ─────┘
/// </code>
/// </summary>
internal sealed class OutgoingMessages(MqttClientOptions options, TimeProvider time, Outbox? outbox)
{
    /// <summary>Packet identifiers above are those of SUBSCRIBE and UNSUBSCRIBE.</summary>
    public const int LastId = 61_440;

    private const int MostReusable = 4096;

    /// <summary>Identifiers that are freed with one round trip; as many as are in flight by default.</summary>
    private const int FreedAtOnce = 1024;

    /// <summary>Messages of QoS 2 in flight over 3.1.1, where a broker cannot say how many it takes: Mosquitto 2.0 closes the connection
    /// at more than 20, its default.</summary>
    private const int MostWithoutAWord = 20;

    private readonly Lock gate = new();
    private readonly PacketWindow<PendingPublish> window = new(LastId);
    private readonly PublishQueue waiting = new();
    private readonly Stack<PendingPublish> reusable = new();
    private ClientLink? link;
    private int freed = LastId;
    private (int UpTo, int Ping) freeing;
    private bool wasAttached;
    private long sent;
    private bool stalled;
    private bool closed;

    /// <summary>Messages that have a packet identifier and are not acknowledged.</summary>
    public int InFlight
    {
        get
        {
            lock (gate) return window.Count;
        }
    }

    /// <summary>PUBLISH packets of QoS 1 and 2, again ones included.</summary>
    public long Sent => Volatile.Read(ref sent);

    /// <summary>Sends a message, and again over later connections, until it is acknowledged.</summary>
    public ValueTask PublishAsync(in Publication publication, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled(cancellationToken);
        PendingPublish pending;
        ClientLink? current;
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closed, this);
            pending = reusable.TryPop(out var used) ? used : new PendingPublish(this);
            pending.Begin(publication);
            waiting.Add(pending);
            current = link;
            Send();
        }

        current?.Outbound.RequestPump();
        return pending.AsTask(cancellationToken);
    }

    /// <summary>There is something new in the offline queue.</summary>
    public void Resume()
    {
        ClientLink? current;
        lock (gate)
        {
            if (closed) return;
            current = link;
            Send();
        }

        current?.Outbound.RequestPump();
    }

    /// <summary>The connection has sent what it had: there may be room for more.</summary>
    public void ResumeIfStalled(ClientLink sender)
    {
        if (!Volatile.Read(ref stalled)) return;
        lock (gate)
        {
            if (link != sender) return;
            Send();
        }

        sender.Outbound.RequestPump();
    }

    /// <summary>A new connection: everything that is not acknowledged is sent again. The caller pumps.</summary>
    public void Attach(ClientLink newLink)
    {
        lock (gate)
        {
            link = newLink;
            if (!newLink.Connack.SessionPresent) freed = LastId;
            else if (!wasAttached) freed = 0;
            freeing = default;
            wasAttached = true;
            window.Rewind();
            Send();
        }
    }

    /// <summary>A PINGRESP has come, and so many with it over this connection.</summary>
    public void Answered(ClientLink by, int pings)
    {
        lock (gate)
        {
            if (link != by || freeing.Ping == 0 || pings < freeing.Ping) return;
            (freed, freeing) = (freeing.UpTo, default);
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

    /// <summary>A PUBACK has come.</summary>
    public void Acknowledge(AcknowledgementPacket packet)
    {
        lock (gate)
        {
            if (window.TryAcknowledge(packet.PacketId, out var pending)) Finish(pending!, packet);
            Send();
        }
    }

    /// <summary>A PUBREC has come.</summary>
    /// <returns>The PUBREL to answer with; null when the exchange is over.</returns>
    public Answer? Receive(AcknowledgementPacket packet)
    {
        lock (gate)
        {
            if (packet.Reason >= Reason.Unspecified)
            {
                if (window.TryRefuse(packet.PacketId, out var refused)) Finish(refused!, packet);
                Send();
                return null;
            }

            if (!window.TryRelease(packet.PacketId, out var pending))
                return new Answer(PacketType.Pubrel, packet.PacketId, Reason.PacketIdentifierNotFound);
            pending!.Release();
            return new Answer(PacketType.Pubrel, packet.PacketId);
        }
    }

    /// <summary>A PUBCOMP has come. Whatever it says, the broker had the message.</summary>
    public void Complete(AcknowledgementPacket packet)
    {
        lock (gate)
        {
            if (window.TryComplete(packet.PacketId, out var pending)) Finish(pending!, refusal: null);
            Send();
        }
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
                pending!.Complete(exception);
                window.Advance();
                window.TryRemove(id, out _);
            }

            while (waiting.TryTake(out var pending)) pending!.Complete(exception);
        }
    }

    /// <summary>A caller gives up.</summary>
    public void Leave(PendingPublish pending)
    {
        lock (gate) waiting.Remove(pending);
    }

    public void Reuse(PendingPublish pending)
    {
        lock (gate)
        {
            if (reusable.Count < MostReusable) reusable.Push(pending);
        }
    }

    private void Send()
    {
        do Admit();
        while (SendUnsent());
    }

    private void Admit()
    {
        while (window.Count < options.MaximumInFlight && window.HasRoom && TryTake(out var pending))
        {
            pending!.Copy();
            window.Add(pending, pending.Qos);
        }
    }

    /// <summary>
    /// Whether an identifier may be used. In a session of a process before this one, the broker may hold it for a message of that process:
    /// it would take ours for that one, or refuse it. A PUBREL makes it forget. It must have it before ours is sent at all: when the
    /// connection was lost over both, nobody could say later whether it holds that message or ours. The answer to a PINGREQ behind it tells
    /// that it has come, also where a broker does not answer a PUBREL that it did not wait for.
    /// </summary>
    private bool IsFree(ClientLink to, ushort id)
    {
        if (id <= freed) return true;
        if (freeing.Ping != 0) return false;
        freeing.UpTo = Math.Min(LastId, freed + FreedAtOnce);
        for (var one = freed + 1; one <= freeing.UpTo; one++) to.Outbound.Write([new Answer(PacketType.Pubrel, (ushort)one)]);
        freeing.Ping = to.Ping();
        return false;
    }

    private bool TryTake(out PendingPublish? pending)
    {
        if (waiting.TryTake(out pending)) return true;

        // Not before there is somebody to send it to: until then it may expire.
        if (outbox is null || link is null || !outbox.TryTake(out var queued)) return false;
        pending = reusable.TryPop(out var used) ? used : new PendingPublish(this);
        pending.Begin(new Publication([], default, [], queued!.Qos, queued.Retain), queued);
        return true;
    }

    /// <returns>Whether one was refused, so that there is room for another.</returns>
    private bool SendUnsent()
    {
        var refused = false;
        stalled = false;
        if (link is null) return false;
        while (!stalled && window.TryPeek(out var id, out var pending, out var due) && IsFree(link, id)
            && window.InFlight < Limit(link, pending!))
            refused |= !TrySend(link, id, pending!, due);
        return refused;
    }

    private int Limit(ClientLink to, PendingPublish next) =>
        next.Qos == MqttQos.ExactlyOnce && options.ProtocolVersion == MqttProtocolVersion.V311
            ? Math.Min(MostWithoutAWord, options.MaximumInFlight)
            : to.Connack.ReceiveMaximum;

    /// <returns>False when the broker does not take it.</returns>
    private bool TrySend(ClientLink to, ushort id, PendingPublish pending, Due due)
    {
        if (due == Due.Release)
        {
            to.Outbound.Write([new Answer(PacketType.Pubrel, id)]);
            window.Advance();
            return true;
        }

        var packet = pending.View(time.GetUtcNow());
        if (to.Objection(packet, pending.Qos, pending.Retain) is { } objection)
        {
            window.TryRemove(id, out _);
            Finish(pending, objection);
            return false;
        }

        stalled = !to.TryPublish(packet, pending.Qos, pending.Retain, due == Due.PublishAgain, id);
        if (stalled) return true;
        window.Advance();
        sent++;
        return true;
    }

    private void Finish(PendingPublish pending, AcknowledgementPacket packet) => Finish(pending, packet.Reason < Reason.Unspecified
        ? null
        : new MqttException($"The broker did not take the message ({Said.Of(packet.Reason, packet.ReasonString)}).", packet.Reason));

    private void Finish(PendingPublish pending, MqttException? refusal)
    {
        pending.Release();
        if (pending.Queued is { } queued)
        {
            outbox!.Remove(queued, refusal);
            if (reusable.Count < MostReusable) reusable.Push(pending);
        }
        else
        {
            pending.Complete(refusal);
        }
    }
}
