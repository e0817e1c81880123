using System.Text;
using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;
using Plantroom.Mqtt.Topics;

namespace Plantroom.Mqtt.Broker;

/// <summary>The last retained message of each topic, in memory, bounded by number and by bytes.</summary>
internal sealed class RetainedMessages(int maximumCount, long maximumBytes, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Dictionary<byte[], StoredMessage> messages = new(TopicBytes.Comparer);
    private long bytes;

    public int Count
    {
        get
        {
            lock (gate) return messages.Count;
        }
    }

    /// <summary>Keeps a message as the last of its topic; an empty one removes what is kept.</summary>
    /// <returns>False when it could not be kept, because as much is kept as may be. The one before is then gone, as it is outdated.</returns>
    public bool Set(in PublishPacket packet)
    {
        lock (gate)
        {
            var byTopic = messages.GetAlternateLookup<ReadOnlySpan<byte>>();
            if (byTopic.Remove(packet.Topic, out _, out var previous)) bytes -= previous.Size;
            if (packet.Payload.IsEmpty) return true;
            var message = new StoredMessage(packet, time.GetUtcNow());
            if (messages.Count >= maximumCount || bytes + message.Size > maximumBytes) return false;
            messages[message.Topic] = message;
            bytes += message.Size;
            return true;
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
                return messages.TryGetValue(pattern, out var one) && !one.IsExpired(now) ? [one] : [];
            var found = new List<StoredMessage>();
            foreach (var message in messages.Values)
            {
                if (TopicRules.Matches(pattern, message.Topic) && !message.IsExpired(now)) found.Add(message);
            }

            return found;
        }
    }
}
