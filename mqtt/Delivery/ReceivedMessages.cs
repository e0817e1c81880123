using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Plantroom.Mqtt.Delivery;

/// <summary>
/// The receiver's side of QoS 2 (MQTT 5.0 section 4.3.3) of one session, across its connections: packet identifiers whose message was
/// taken and that the sender has not released yet. A message that comes again under one of them is not delivered again; when its first
/// delivery is not complete yet, its PUBREC waits for that.
/// <code>
///  PUBLISH ─► held, being delivered ─► held, complete (PUBREC) ─ PUBREL ─► not held (PUBCOMP)
///                   ▲ again: waits           ▲ again: PUBREC
/// </code>
/// </summary>
internal sealed class ReceivedMessages
{
    private readonly Lock gate = new();
    private readonly Dictionary<ushort, Held> all = [];
    private InboundAcknowledgements? current;

    /// <summary>Identifiers whose message was abandoned when it was routed already.</summary>
    private HashSet<ushort>? routed;

    /// <summary>From now on, only this connection begins and releases messages: one that was taken over may still be at work with what it
    /// received, and the other side sends that again.</summary>
    public void Attach(InboundAcknowledgements by)
    {
        lock (gate) current = by;
    }

    public bool Holds(ushort id)
    {
        lock (gate) return all.ContainsKey(id);
    }

    /// <summary>The identifiers whose messages are complete: those that must be known again after a restart.</summary>
    public ushort[] Complete()
    {
        lock (gate) return [.. all.Where(static h => h.Value.By is null).Select(static h => h.Key)];
    }

    /// <summary>Holds an identifier whose message was complete before a restart.</summary>
    public void Restore(ushort id)
    {
        lock (gate) all[id] = default;
    }

    /// <summary>A message has come in.</summary>
    /// <param name="id">Its identifier.</param>
    /// <param name="by">The connection.</param>
    /// <param name="sequence">Its number there.</param>
    /// <param name="counts">Whether it takes a place of Receive Maximum: once for each connection.</param>
    /// <returns>False when it is held, or comes from a connection that was taken over: it must not be delivered.</returns>
    public bool TryBegin(ushort id, InboundAcknowledgements by, long sequence, out bool counts)
    {
        lock (gate)
        {
            counts = false;
            if (IsStale(by)) return false;
            ref var held = ref CollectionsMarshal.GetValueRefOrAddDefault(all, id, out var known);
            counts = !known || held.Counts != by;
            if (known) held.Counts = by;
            else held = new Held { By = by, Counts = by, Sequence = sequence };
            return !known;
        }
    }

    /// <summary>Acknowledges a message that came again when its first delivery is complete, perhaps at once.</summary>
    public void Await(ushort id, InboundAcknowledgements by, long token)
    {
        lock (gate)
        {
            ref var held = ref CollectionsMarshal.GetValueRefOrNullRef(all, id);
            if (Unsafe.IsNullRef(ref held)) return;
            if (held.By is not null)
            {
                (held.Waiting ??= []).Add((by, token));
                return;
            }
        }

        by.Acknowledge(token);
    }

    /// <summary>A delivery is complete.</summary>
    public void Complete(ushort id, InboundAcknowledgements by, long sequence)
    {
        List<(InboundAcknowledgements By, long Token)>? waiting;
        lock (gate)
        {
            ref var held = ref CollectionsMarshal.GetValueRefOrNullRef(all, id);
            if (Unsafe.IsNullRef(ref held) || held.By != by || held.Sequence != sequence) return;
            waiting = held.Waiting;
            (held.By, held.Waiting) = (null, null);
        }

        Acknowledge(waiting);
    }

    /// <summary>A delivery has failed: when the message comes again, it is delivered again. Connections on which that has happened already
    /// have to end, for what came is not kept.</summary>
    public void Abandon(ushort id, InboundAcknowledgements by, long sequence, bool isRouted = false)
    {
        Held held;
        lock (gate)
        {
            if (!all.TryGetValue(id, out held) || held.By != by || held.Sequence != sequence) return;
            all.Remove(id);
            if (isRouted) (routed ??= []).Add(id);
        }

        foreach (var (other, _) in held.Waiting ?? []) other.Abandoned();
    }

    /// <summary>Whether the message of an identifier was abandoned, and routed before. True once.</summary>
    public bool TakeRouted(ushort id)
    {
        lock (gate) return routed is not null && routed.Remove(id);
    }

    /// <summary>The sender has forgotten the message: the identifier is free.</summary>
    /// <returns>False when it is not held. <paramref name="counted"/> says whether it had a place of the connection's Receive Maximum.</returns>
    public bool TryRelease(ushort id, InboundAcknowledgements by, out bool counted)
    {
        Held held;
        lock (gate)
        {
            counted = false;
            if (!IsStale(by)) routed?.Remove(id);
            if (IsStale(by) || !all.Remove(id, out held)) return false;
            counted = held.Counts == by;
        }

        Acknowledge(held.Waiting);
        return true;
    }

    /// <summary>The other side has no session any more.</summary>
    public void Clear()
    {
        lock (gate) all.Clear();
    }

    private bool IsStale(InboundAcknowledgements by) => current is not null && current != by;

    private static void Acknowledge(List<(InboundAcknowledgements By, long Token)>? waiting)
    {
        if (waiting is null) return;
        foreach (var (by, token) in waiting) by.Acknowledge(token);
    }

    private struct Held
    {
        /// <summary>The connection whose delivery is not complete; null when it is.</summary>
        public InboundAcknowledgements? By;

        /// <summary>The connection on which it has last come.</summary>
        public InboundAcknowledgements? Counts;

        public long Sequence;
        public List<(InboundAcknowledgements By, long Token)>? Waiting;
    }
}
