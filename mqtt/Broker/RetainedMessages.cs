using System.Text;
using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;
using Plantroom.Mqtt.Persistence;
using Plantroom.Mqtt.Topics;

namespace Plantroom.Mqtt.Broker;

/// <summary>The last retained message of each topic, in memory, bounded by number and by bytes; on disk, too, when there is a store.</summary>
internal sealed class RetainedMessages(int maximumCount, long maximumBytes, TimeProvider time)
{
    /// <summary>Expired ones are looked for at most that often: it means to go through all.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly Dictionary<byte[], Kept> messages = new(TopicBytes.Comparer);
    private DateTimeOffset nextExpiry = DateTimeOffset.MaxValue;
    private DateTimeOffset nextSweep = DateTimeOffset.MinValue;
    private BrokerStore? store;
    private long bytes;

    /// <summary>Messages of the broker's own, which have their place whatever clients retain.</summary>
    private int own;

    public int Count
    {
        get
        {
            var now = time.GetUtcNow();
            lock (gate)
            {
                Sweep(now);
                return messages.Count - own;
            }
        }
    }

    /// <summary>From now on they are kept on disk, too. What was found there counts unless there is something newer.</summary>
    /// <returns>What was found and counts.</returns>
    public List<StoredMessage> Attach(BrokerStore to)
    {
        var found = new List<StoredMessage>();
        lock (gate)
        {
            store = to;
            foreach (var topic in messages.Keys.ToList()) messages[topic] = messages[topic] with { Record = Save(messages[topic].Message) };

            // The newest first: a crash may have been faster than the removal of one that it has replaced.
            foreach (var (record, message) in Enumerable.Reverse(to.Contents.Retained))
            {
                if (message.IsExpired(time.GetUtcNow()) || messages.ContainsKey(message.Topic) || !HasRoom(message))
                {
                    Remove(record);
                    continue;
                }

                Keep(new Kept(message, record));
                found.Add(message);
            }
        }

        return found;
    }

    /// <summary>Keeps a message as the last of its topic; an empty one removes what is kept.</summary>
    /// <param name="packet">The message.</param>
    /// <param name="pledge">What must be durable before it is acknowledged; a message of QoS 0 is written later.</param>
    /// <returns>False when it could not be kept, because as much is kept as may be. The one before is then gone, as it is outdated.</returns>
    public bool Set(in PublishPacket packet, ref Pledge? pledge)
    {
        var now = time.GetUtcNow();
        lock (gate)
        {
            var byTopic = messages.GetAlternateLookup<ReadOnlySpan<byte>>();
            if (byTopic.Remove(packet.Topic, out _, out var previous)) Account(previous.Message, -1);
            var message = packet.Payload.IsEmpty ? null : new StoredMessage(packet, now);
            if (message is not null && !HasRoom(message)) Sweep(now);
            var isKept = message is null || HasRoom(message);
            var record = Write(previous.Record, isKept ? message : null, packet, ref pledge);
            if (isKept && message is not null) Keep(new Kept(message, record));
            return isKept;
        }
    }

    /// <summary>The messages of the topics that a filter matches.</summary>
    public IReadOnlyList<StoredMessage> Matching(string filter)
    {
        var now = time.GetUtcNow();
        var pattern = Encoding.UTF8.GetBytes(filter);
        lock (gate)
        {
            if (pattern.AsSpan().IndexOfAny((byte)'+', (byte)'#') < 0)
                return messages.TryGetValue(pattern, out var one) && !one.Message.IsExpired(now) ? [one.Message] : [];
            var found = new List<StoredMessage>();
            foreach (var (message, _) in messages.Values)
            {
                if (TopicRules.Matches(pattern, message.Topic) && !message.IsExpired(now)) found.Add(message);
            }

            return found;
        }
    }

    /// <summary>Does something with a message that is still the last of its topic. Until that is done, no other takes its place: what
    /// is sent here is sent before the next one.</summary>
    /// <returns>What was done; true when the message is outdated.</returns>
    public bool IfCurrent(StoredMessage message, Func<bool> use)
    {
        var now = time.GetUtcNow();
        lock (gate)
        {
            return !messages.TryGetValue(message.Topic, out var current) || current.Message != message || message.IsExpired(now) || use();
        }
    }

    private bool HasRoom(StoredMessage message) => SystemTopics.IsOne(message.Topic)
        || (messages.Count - own < maximumCount && bytes + message.Size <= maximumBytes);

    private void Sweep(DateTimeOffset now)
    {
        if (now < nextExpiry || now < nextSweep) return;
        (nextSweep, nextExpiry) = (now + Pause, DateTimeOffset.MaxValue);
        foreach (var (topic, kept) in messages)
        {
            if (!kept.Message.IsExpired(now))
            {
                if (kept.Message.Expires < nextExpiry) nextExpiry = kept.Message.Expires;
                continue;
            }

            // Removing while going through is allowed.
            messages.Remove(topic);
            Account(kept.Message, -1);
            if (kept.Record is not null) Remove(kept.Record);
        }
    }

    private void Keep(in Kept kept)
    {
        messages[kept.Message.Topic] = kept;
        Account(kept.Message, 1);
        if (kept.Message.Expires < nextExpiry) nextExpiry = kept.Message.Expires;
    }

    private void Account(StoredMessage message, int sign)
    {
        if (SystemTopics.IsOne(message.Topic)) own += sign;
        else bytes += sign * message.Size;
    }

    private RetainedRecord? Save(StoredMessage message)
    {
        if (SystemTopics.IsOne(message.Topic)) return null;
        var record = store!.NewRetained();
        record.Set(message);
        record.Changed(Urgency.Now);
        return record;
    }

    /// <summary>Brings the message of a topic to the disk, if there is one; messages of the broker's own are not kept.</summary>
    private RetainedRecord? Write(RetainedRecord? record, StoredMessage? message, in PublishPacket packet, ref Pledge? pledge)
    {
        if (store is null || SystemTopics.IsOne(packet.Topic)) return null;
        if (record is null && message is null) return null;
        record ??= store.NewRetained();
        record.Set(message);
        if (packet.Qos == MqttQos.AtMostOnce) record.Changed(Urgency.Later);
        else (pledge ??= new Pledge(store)).Add(record);
        return record;
    }

    private static void Remove(RetainedRecord record)
    {
        record.Set(null);
        record.Changed(Urgency.Later);
    }

    private readonly record struct Kept(StoredMessage Message, RetainedRecord? Record);
}
