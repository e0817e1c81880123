using System.Text;
using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;
using Plantroom.Mqtt.Persistence;
using Plantroom.Mqtt.Topics;

namespace Plantroom.Mqtt.Broker;

/// <summary>The last retained message of each topic, in memory, bounded by number and by bytes; on disk, too, when there is a store.</summary>
internal sealed class RetainedMessages(int maximumCount, long maximumBytes, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Dictionary<byte[], Kept> messages = new(TopicBytes.Comparer);
    private BrokerStore? store;
    private long bytes;

    public int Count
    {
        get
        {
            lock (gate) return messages.Count;
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
            foreach (var topic in messages.Keys.ToList()) Save(messages[topic] = messages[topic] with { Record = to.NewRetained() });

            // The newest first: a crash may have been faster than the removal of one that it has replaced.
            foreach (var (record, message) in Enumerable.Reverse(to.Contents.Retained))
            {
                if (!message.IsExpired(time.GetUtcNow()) && HasRoom(message) && messages.TryAdd(message.Topic, new Kept(message, record)))
                {
                    bytes += message.Size;
                    found.Add(message);
                }
                else
                {
                    record.Set(null);
                    record.Changed(Urgency.Later);
                }
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
        lock (gate)
        {
            var byTopic = messages.GetAlternateLookup<ReadOnlySpan<byte>>();
            if (byTopic.Remove(packet.Topic, out _, out var previous)) bytes -= previous.Message.Size;
            var message = packet.Payload.IsEmpty ? null : new StoredMessage(packet, time.GetUtcNow());
            var isKept = message is null || HasRoom(message);
            var record = isKept ? previous.Record ?? (message is null ? null : store?.NewRetained()) : previous.Record;
            if (isKept && message is not null)
            {
                messages[message.Topic] = new Kept(message, record);
                bytes += message.Size;
            }

            if (record is null) return isKept;
            record.Set(isKept ? message : null);
            if (packet.Qos == MqttQos.AtMostOnce) record.Changed(Urgency.Later);
            else (pledge ??= new Pledge(store!)).Add(record);
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

    private static void Save(Kept kept)
    {
        kept.Record!.Set(kept.Message);
        kept.Record.Changed(Urgency.Now);
    }

    private bool HasRoom(StoredMessage message) => messages.Count < maximumCount && bytes + message.Size <= maximumBytes;

    private readonly record struct Kept(StoredMessage Message, RetainedRecord? Record);
}
