using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;
using Plantroom.Mqtt.Transport;

namespace Plantroom.Mqtt.Broker;

/// <summary>
/// Hands the messages of one publisher to the network subscribers. What it appends to their outbound buffers is sent by
/// <see cref="Flush"/>, once per batch. A live subscriber whose queue for QoS 1 is full makes the publisher wait, for a bounded time;
/// never when it would wait for itself.
/// </summary>
/// <param name="broker">The broker.</param>
/// <param name="from">The publisher's session; null for messages from within the process.</param>
internal sealed class RoutingBatch(BrokerState broker, Session? from)
{
    private readonly List<OutboundBuffer> touched = [];
    private readonly List<(RemoteSubscription Subscription, StoredMessage Message)> stalled = [];

    /// <summary>Whether a message waits for room; <see cref="WaitAsync"/> before the next one.</summary>
    public bool MustWait => stalled.Count > 0;

    public void Send(in PublishPacket packet, TopicMatch match)
    {
        StoredMessage? copy = null;
        foreach (ref readonly var subscription in match.Remote.AsSpan())
        {
            if (subscription.NoLocal && subscription.Session == from) continue;
            if (subscription.Session.TryDeliver(packet, subscription, ref copy)) Touch(subscription.Session);
            else stalled.Add((subscription, copy ??= new StoredMessage(packet, broker.Time.GetUtcNow())));
        }
    }

    /// <summary>Sends what the batch has appended.</summary>
    public void Flush()
    {
        foreach (var outbound in touched)
        {
            outbound.Toucher = null;
            outbound.PumpFor(this);
        }

        touched.Clear();
    }

    /// <summary>Waits until the messages that found no room are delivered, or their subscribers are disconnected for being slow.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        Flush();
        foreach (var (subscription, message) in stalled) await DeliverLateAsync(subscription, message, cancellationToken);
        stalled.Clear();
        Flush();
    }

    private async ValueTask DeliverLateAsync(RemoteSubscription subscription, StoredMessage message, CancellationToken cancellationToken)
    {
        var session = subscription.Session;
        var started = broker.Time.GetTimestamp();
        while (!TryDeliver(subscription, message))
        {
            if (!broker.Waits.TryEnter(from, session))
            {
                broker.Counters.Dropped();
                return;
            }

            try
            {
                var left = broker.Options.SlowSubscriberTimeout - broker.Time.GetElapsedTime(started);
                if (left <= TimeSpan.Zero) throw new TimeoutException();
                await session.WaitForRoomAsync(message.Size).WaitAsync(left, broker.Time, cancellationToken);
            }
            catch (TimeoutException)
            {
                GiveUp(session);
            }
            finally
            {
                broker.Waits.Leave(from);
            }
        }
    }

    private bool TryDeliver(RemoteSubscription subscription, StoredMessage message)
    {
        var copy = message;
        if (!subscription.Session.TryDeliver(message.View(broker.Time.GetUtcNow()), subscription, ref copy!)) return false;
        Touch(subscription.Session);
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
}
