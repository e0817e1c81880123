using System.Text;
using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;
using Plantroom.Mqtt.Topics;

namespace Plantroom.Mqtt.Broker;

/// <summary>The last retained message of each topic, in memory, bounded by number and by bytes.</summary>
internal sealed class RetainedMessages(int maximumCount, long maximumBytes, TimeProvider time)
{
    /// <summary>Expired ones are looked for at most that often: it means to go through all.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly Dictionary<byte[], StoredMessage> messages = new(TopicBytes.Comparer);
    private DateTimeOffset nextExpiry = DateTimeOffset.MaxValue;
    private DateTimeOffset nextSweep = DateTimeOffset.MinValue;
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

    /// <summary>Keeps a message as the last of its topic; an empty one removes what is kept.</summary>
    /// <returns>False when it could not be kept, because as much is kept as may be. The one before is then gone, as it is outdated.</returns>
    public bool Set(in PublishPacket packet)
    {
        var now = time.GetUtcNow();
        lock (gate)
        {
            var byTopic = messages.GetAlternateLookup<ReadOnlySpan<byte>>();
            if (byTopic.Remove(packet.Topic, out _, out var previous)) Account(previous, -1);
            if (packet.Payload.IsEmpty) return true;
            var message = new StoredMessage(packet, now);
            if (!HasRoom(message)) Sweep(now);
            if (!HasRoom(message)) return false;
            messages[message.Topic] = message;
            Account(message, 1);
            if (message.Expires < nextExpiry) nextExpiry = message.Expires;
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

    /// <summary>Does something with a message that is still the last of its topic. Until that is done, no other takes its place: what
    /// is sent here is sent before the next one.</summary>
    /// <returns>What was done; true when the message is outdated.</returns>
    public bool IfCurrent(StoredMessage message, Func<bool> use)
    {
        var now = time.GetUtcNow();
        lock (gate)
        {
            return !messages.TryGetValue(message.Topic, out var current) || current != message || message.IsExpired(now) || use();
        }
    }

    private bool HasRoom(StoredMessage message) => SystemTopics.IsOne(message.Topic)
        || (messages.Count - own < maximumCount && bytes + message.Size <= maximumBytes);

    private void Sweep(DateTimeOffset now)
    {
        if (now < nextExpiry || now < nextSweep) return;
        (nextSweep, nextExpiry) = (now + Pause, DateTimeOffset.MaxValue);
        foreach (var (topic, message) in messages)
        {
            if (!message.IsExpired(now))
            {
                if (message.Expires < nextExpiry) nextExpiry = message.Expires;
                continue;
            }

            // Removing while going through is allowed.
            messages.Remove(topic);
            Account(message, -1);
        }
    }

    private void Account(StoredMessage message, int sign)
    {
        if (SystemTopics.IsOne(message.Topic)) own += sign;
        else bytes += sign * message.Size;
    }
}
