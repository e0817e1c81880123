using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;
using Plantroom.Mqtt.Persistence;

namespace Plantroom.Mqtt.Broker;

/// <content>The way of a message to the client.</content>
internal sealed partial class Session
{
    /// <summary>Takes a message for the client: sends it, lets it wait, or drops and counts it.</summary>
    /// <param name="packet">The message.</param>
    /// <param name="subscription">What the client asked for.</param>
    /// <param name="copy">A copy of the message, if one was made already.</param>
    /// <param name="pledge">What must be durable before the message is acknowledged; made when there is something.</param>
    /// <param name="atOnce">Whether it is only to be taken when it can be sent at once.</param>
    /// <returns>False when there is no room and the client is alive: the publisher waits and tries again. Also when the client is not
    /// there, and somebody else may have the message.</returns>
    public bool TryDeliver(
        in PublishPacket packet, in RemoteSubscription subscription, ref StoredMessage? copy, ref Pledge? pledge, bool atOnce = false)
    {
        var qos = subscription.Deliver(packet.Qos);
        if (qos == MqttQos.AtMostOnce) return TrySend(packet, subscription, atOnce);
        var waiting = new Waiting(
            null, qos, packet.Retain && subscription.RetainAsPublished, 0, subscription.Identifiers, subscription.Group?.Filter);
        lock (gate)
        {
            var live = connection is { IsClosing: false } ? connection : null;
            if (ended || (live is null && !keeps)) return subscription.Group is null;
            if (live is not null && IsTooLarge(packet, waiting.Form(1, false, live.Version), live)) return true;
            if (live is not null && TrySendAtOnce(packet, waiting, live, ref copy, ref pledge)) return true;
            if (atOnce) return false;
            if (!HasRoom(packet.KeptSize, live is not null))
            {
                // Another member of the group may have room.
                if (live is not null || waiting.Group is not null) return false;
                broker.Counters.Dropped();
                return true;
            }

            copy ??= new StoredMessage(packet, broker.Time.GetUtcNow());
            waiting = Promise(waiting with { Message = copy, Bytes = copy.Size }, sentAs: 0, ref pledge);
            pending.Enqueue(waiting);
            Account(copy.Size);
            if (live is not null && waiting.IsSentWhenDurable) DrainPending(live);
            return true;
        }
    }

    /// <summary>Takes a retained message, for a subscription that was just made.</summary>
    /// <returns>False when it must wait until the outbound buffer has room.</returns>
    public bool TryDeliverRetained(StoredMessage message, in RemoteSubscription subscription)
    {
        var packet = message.View(broker.Time.GetUtcNow());
        var live = Connection;
        var waiting = new Waiting(message, subscription.Deliver(packet.Qos), Retain: true, 0, subscription.Identifiers, null);
        if (live is null) return true;
        var form = waiting.Form(0, false, live.Version);
        if (IsTooLarge(packet, form, live)) return true;
        if (form.Qos == MqttQos.AtMostOnce) return live.Outbound.TryPublish(packet, form);
        lock (gate)
        {
            // These may exceed the queue's length once: they are shared, and whoever asked for them is the one who makes room.
            if (pending.Count < broker.Options.OutboundQueueLength + broker.Options.MaximumRetainedMessages) pending.Enqueue(Keep(waiting));
            else broker.Counters.Dropped();
        }

        return true;
    }

    /// <summary>Sends what waits, as far as the client and its outbound buffer take it.</summary>
    public void Drain()
    {
        lock (gate)
        {
            if (connection is not { IsClosing: false } live) return;
            DrainReleases(live);
            DrainWindow(live);
            DrainPending(live);
            Complete(ref outboundRoom);
            if (pending.Count > broker.Options.OutboundQueueLength / 2 || keptBytes > broker.Options.OutboundQueueBytes / 2) return;
            Complete(ref room);
        }
    }

    /// <summary>Completes when a message may find room, or the connection has ended: room in the outbound buffer for QoS 0, in the queue
    /// for the others.</summary>
    public Task WaitForRoomAsync(StoredMessage message, in RemoteSubscription subscription)
    {
        var packet = message.View(broker.Time.GetUtcNow());
        var qos = subscription.Deliver(packet.Qos);
        lock (gate)
        {
            if (connection is null) return Task.CompletedTask;
            if (qos != MqttQos.AtMostOnce) return HasRoom(message.Size, isLive: true) ? Task.CompletedTask : Completion(ref room);
            var form = new PublishForm(qos, connection.Version) { Identifiers = subscription.Identifiers, TopicAlias = 1 };
            return connection.Outbound.HasRoom(packet.Size(form)) ? Task.CompletedTask : Completion(ref outboundRoom);
        }
    }

    private static Task Completion(ref TaskCompletionSource? waiter) =>
        (waiter ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Whether a message may wait here; one alone always may, unless all sessions together keep too much and nobody is there to take
    /// it.</summary>
    private bool HasRoom(int bytes, bool isLive)
    {
        if (pending.Count >= broker.Options.OutboundQueueLength) return false;
        if (keptBytes == 0 && isLive) return true;
        return (keptBytes == 0 || keptBytes + bytes <= broker.Options.OutboundQueueBytes)
            && broker.Queued.HasRoom(bytes) && HasRoomOnDisk(bytes);
    }

    private void DrainWindow(Connection live)
    {
        var now = broker.Time.GetUtcNow();
        while (window.InFlight < live.Quota && window.TryPeek(out var id, out var waiting, out var due))
        {
            if (waiting is { IsSentWhenDurable: true, Record.IsDurable: false }) return;
            if (due == Due.Release)
            {
                live.Outbound.Write([new Answer(PacketType.Pubrel, id)]);
                window.Advance();
                continue;
            }

            var packet = waiting.Message!.View(now);
            var form = waiting.Form(id, due == Due.PublishAgain, live.Version);
            var skip = IsForbidden(packet, live) || IsTooLarge(packet, form, live);
            if (!skip && !live.Outbound.TryPublish(packet, form)) return;
            window.Advance();
            live.Outbound.Hurry();
            if (skip && window.TryRemove(id, out _)) Gone(waiting);
        }
    }

    private void DrainPending(Connection live)
    {
        var now = broker.Time.GetUtcNow();
        while (window.Count < live.Quota && window.HasRoom && pending.TryPeek(out var waiting))
        {
            if (window.HasUnsent && !waiting.IsSentWhenDurable) return;
            var packet = waiting.Message!.View(now);
            var form = waiting.Form(window.NextId, false, live.Version);
            if (!waiting.Message.IsExpired(now) && !IsForbidden(packet, live) && !IsTooLarge(packet, form, live))
            {
                if (!waiting.IsSentWhenDurable && !live.Outbound.TryPublish(packet, form)) return;
                Sent(waiting, form.PacketId);
                live.Outbound.Hurry();
            }
            else
            {
                Gone(waiting);
            }

            pending.Dequeue();
        }
    }

    private bool TrySendAtOnce(in PublishPacket packet, in Waiting waiting, Connection live, ref StoredMessage? copy, ref Pledge? pledge)
    {
        if (Persists && waiting.Qos == MqttQos.ExactlyOnce) return false;
        if (pending.Count > 0 || window.HasUnsent || window.InFlight >= live.Quota || !window.HasRoom) return false;
        var keep = keeps || waiting.Group is not null;
        if (keep && !HasRoom(packet.KeptSize, isLive: true)) return false;
        var id = window.NextId;
        if (!live.Outbound.TryPublish(packet, waiting.Form(id, false, live.Version))) return false;
        if (!keep)
        {
            Sent(new Waiting { Qos = waiting.Qos }, id);
            HurryWhenFull(live);
            return true;
        }

        copy ??= new StoredMessage(packet, broker.Time.GetUtcNow());
        Account(copy.Size);
        window.Add(Promise(waiting with { Message = copy, Bytes = copy.Size }, sentAs: id, ref pledge), waiting.Qos);
        window.Advance();
        HurryWhenFull(live);
        return true;
    }

    /// <summary>The client gets nothing more until it answers: what it has to answer is not held back.</summary>
    private void HurryWhenFull(Connection live)
    {
        if (window.InFlight >= live.Quota) live.Outbound.Hurry();
    }

    /// <summary>A message has got an identifier, and was sent unless it has to wait for the disk.</summary>
    private void Sent(in Waiting waiting, ushort id)
    {
        window.Add(waiting, waiting.Qos);
        waiting.Record?.Move(DeliveryState.Sent, id, waiting.IsSentWhenDurable ? Urgency.Now : Urgency.Later);
        if (!waiting.IsSentWhenDurable) window.Advance();
    }

    /// <summary>Sends a message of QoS 0, or drops and counts it where that is the policy.</summary>
    private bool TrySend(in PublishPacket packet, in RemoteSubscription subscription, bool atOnce)
    {
        if (Connection is not { IsClosing: false } live) return subscription.Group is null;
        var form = new PublishForm(MqttQos.AtMostOnce, live.Version)
        {
            Retain = packet.Retain && subscription.RetainAsPublished,
            Identifiers = subscription.Identifiers,
        };
        if (IsTooLarge(packet, form, live) || live.Outbound.TryPublish(packet, form)) return true;
        if (atOnce || broker.Options.SlowSubscriberPolicy == MqttSlowSubscriberPolicy.Wait) return false;
        broker.Counters.Dropped();
        return true;
    }

    /// <summary>A message that waited while the rules about topics changed, or from before a restart with other ones.</summary>
    private bool IsForbidden(in PublishPacket packet, Connection live)
    {
        if (live.Permissions.MayRead(packet.Topic)) return false;
        broker.Counters.Dropped();
        return true;
    }

    /// <summary>Whether a message that is shared with others fits into what the client said that it takes. Not exact: it may grow by an alias and
    /// an identifier.</summary>
    public bool Takes(in PublishPacket packet, in RemoteSubscription subscription)
    {
        if (Connection is not { MaximumPacketSize: > 0 } live) return true;
        var form = new PublishForm(subscription.Deliver(packet.Qos), live.Version) { Identifiers = subscription.Identifiers, PacketId = 1 };
        return packet.Size(form) <= live.MaximumPacketSize;
    }

    /// <summary>A message that the client said it cannot take is not sent (MQTT 5.0 section 3.1.2.11.4).</summary>
    private bool IsTooLarge(in PublishPacket packet, in PublishForm form, Connection live)
    {
        if (live.MaximumPacketSize == 0 || packet.Size(form) <= live.MaximumPacketSize) return false;
        broker.Counters.Dropped();
        return true;
    }
}
