using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;
using Plantroom.Mqtt.Persistence;
using Plantroom.Mqtt.Transport;

namespace Plantroom.Mqtt.Broker;

/// <summary>
/// Hands the messages of one publisher to the network subscribers. What it appends to their outbound buffers is sent by
/// <see cref="Flush"/>, once per batch. A live subscriber without room makes the publisher wait, for a bounded time; never when it would
/// wait for itself.
/// </summary>
/// <param name="broker">The broker.</param>
/// <param name="from">The publisher's session; null for messages from within the process.</param>
internal sealed class RoutingBatch(BrokerState broker, Session? from)
{
    private readonly List<OutboundBuffer> touched = [];
    private readonly Queue<Stalled> stalled = new();
    private Pledge? pledge;

    /// <summary>Whether a message waits for room; <see cref="WaitAsync"/> before the next one.</summary>
    public bool MustWait => stalled.Count > 0;

    /// <summary>Whether nobody reads on for the publisher any more: then nobody waits for it either.</summary>
    public bool IsDetached { get; set; }

    /// <summary>What must be durable before the message is acknowledged, as far as it is known; whoever takes it submits it.</summary>
    public Pledge? TakePledge()
    {
        var taken = pledge;
        pledge = null;
        return taken;
    }

    /// <param name="packet">The message.</param>
    /// <param name="match">Who gets it.</param>
    /// <param name="with">What must be durable already.</param>
    public void Send(in PublishPacket packet, TopicMatch match, Pledge? with)
    {
        pledge = with;
        StoredMessage? copy = null;
        foreach (ref readonly var found in match.Remote.AsSpan())
        {
            var isOwn = found.Session == from;
            if (isOwn && found.NoLocal) continue;
            ref readonly var subscription = ref isOwn && found.Own is { } own ? ref own[0] : ref found;
            if (subscription.Session.TryDeliver(packet, subscription, ref copy, ref pledge)) Touch(subscription.Session);
            else stalled.Enqueue(new(subscription, null, copy ??= new StoredMessage(packet, broker.Time.GetUtcNow())));
        }

        foreach (var group in match.Shared)
        {
            if (!TryShare(packet, group, ref copy, out var full))
                stalled.Enqueue(new(full, group, copy ??= new StoredMessage(packet, broker.Time.GetUtcNow())));
        }
    }

    /// <summary>Gives a message that a member of a group has left behind to another one.</summary>
    public void Share(StoredMessage message, string filter)
    {
        if (broker.Topics.GroupOf(filter) is not { } group) return;
        var copy = message;
        if (!TryShare(message.View(broker.Time.GetUtcNow()), group, ref copy!, out var full)) stalled.Enqueue(new(full, group, message));
    }

    /// <summary>Sends what the batch has appended, soon or now.</summary>
    /// <param name="now">Whether somebody waits for room.</param>
    public void Flush(bool now = false)
    {
        foreach (var outbound in touched)
        {
            outbound.Toucher = null;
            if (now || !broker.Moderation.TryDefer(outbound)) outbound.PumpFor(this);
        }

        touched.Clear();
    }

    /// <summary>Waits until the messages that found no room are delivered, or their subscribers are disconnected for being slow. When it
    /// is cancelled, it may be called again for what is left.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        Flush(now: true);
        while (stalled.TryPeek(out var next))
        {
            await DeliverLateAsync(next, cancellationToken);
            stalled.Dequeue();
        }

        Flush();
    }

    private async ValueTask DeliverLateAsync(Stalled late, CancellationToken cancellationToken)
    {
        var started = broker.Time.GetTimestamp();
        while (!TryDeliver(late, out var full))
        {
            // Room for QoS 0 is made by the socket alone; for the others by acknowledgements, which the client's own read loop must take.
            var waiter = IsDetached || full.Deliver(late.Message.Qos) == MqttQos.AtMostOnce ? null : from;
            if (!broker.Waits.TryEnter(waiter, full.Session))
            {
                broker.Counters.Dropped();
                return;
            }

            try
            {
                Flush(now: true);
                HoldBack(true);
                await WaitForRoomAsync(full, late.Message, started, cancellationToken);
            }
            catch (TimeoutException) when (Left(full, late.Message, started) <= TimeSpan.Zero)
            {
                GiveUp(full.Session);
                started = broker.Time.GetTimestamp();
            }
            catch (TimeoutException)
            {
                // It was held back itself, and has its time from now on.
            }
            finally
            {
                HoldBack(false);
                broker.Waits.Leave(waiter);
            }
        }
    }

    private Task WaitForRoomAsync(in RemoteSubscription full, StoredMessage message, long started, CancellationToken cancellationToken)
    {
        var left = Left(full, message, started);
        return left <= TimeSpan.Zero
            ? throw new TimeoutException()
            : full.Session.WaitForRoomAsync(message, full).WaitAsync(left, broker.Time, cancellationToken);
    }

    /// <summary>How long a subscriber still has for making room. One that is held back itself cannot, when it takes acknowledgements: they
    /// are not read. Such waits never close a circle, and each ends.</summary>
    private TimeSpan Left(in RemoteSubscription slow, StoredMessage message, long started)
    {
        var isExcused = slow.Deliver(message.Qos) != MqttQos.AtMostOnce;
        if (isExcused && slow.Session.IsHeldBack) return broker.Options.SlowSubscriberTimeout;
        var since = isExcused ? Math.Max(started, slow.Session.HeldBackUntil) : started;
        return broker.Options.SlowSubscriberTimeout - broker.Time.GetElapsedTime(since);
    }

    private void HoldBack(bool begins)
    {
        if (from is null || IsDetached) return;
        from.HeldBackUntil = broker.Time.GetTimestamp();
        from.IsHeldBack = begins;
    }

    private bool TryDeliver(in Stalled late, out RemoteSubscription full)
    {
        var copy = late.Message;
        var packet = late.Message.View(broker.Time.GetUtcNow());
        if (late.Group is not null) return TryShare(packet, late.Group, ref copy!, out full);
        full = late.Subscription;
        if (!full.Session.TryDeliver(packet, full, ref copy!, ref pledge)) return false;
        Touch(full.Session);
        return true;
    }

    /// <summary>
    /// Gives a message to one member of a group, in turn: to one who can be sent it at once; else to one who is there and has room in the
    /// queue; else, when nobody is there, to one whose session is kept.
    /// </summary>
    /// <returns>False when those who are there have no room; <paramref name="full"/> is one of them.</returns>
    private bool TryShare(in PublishPacket packet, SharedGroup group, ref StoredMessage? copy, out RemoteSubscription full)
    {
        full = default;
        var members = group.Members;
        if (members.Length == 0) return true;
        var refused = false;
        var first = group.NextTurn() % members.Length;
        for (var i = 0; i < members.Length * 3; i++)
        {
            ref readonly var member = ref members[(first + i) % members.Length];
            var round = i / members.Length;
            if (round == 2 && full.Session is not null) return false;
            if (member.Session.IsLive != round < 2) continue;
            refused |= round > 0 && member.Deliver(packet.Qos) > MqttQos.AtMostOnce;
            if (!member.Session.Takes(packet, member))
            {
                refused = true;
                continue;
            }

            if (member.Session.TryDeliver(packet, member, ref copy, ref pledge, atOnce: round == 0))
            {
                Touch(member.Session);
                return true;
            }

            if (round == 1 && member.Session.IsLive) full = member;
        }

        if (full.Session is not null) return false;
        if (refused) broker.Counters.Dropped();
        return true;
    }

    private void GiveUp(Session session)
    {
        // From here on it counts as absent: what its session has room for is kept, the rest is dropped and counted.
        broker.Log.TooSlow(session.ClientId, broker.Options.SlowSubscriberTimeout);
        session.Connection?.Close(Reason.QuotaExceeded, "the client is too slow for what it has subscribed to");
    }

    private void Touch(Session session)
    {
        if (session.Connection?.Outbound is not { } outbound || outbound.Toucher == this) return;
        outbound.Toucher = this;
        touched.Add(outbound);
    }

    private readonly record struct Stalled(RemoteSubscription Subscription, SharedGroup? Group, StoredMessage Message);
}
