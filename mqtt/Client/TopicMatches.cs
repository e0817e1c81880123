using Plantroom.Mqtt.Delivery;
using Plantroom.Mqtt.Topics;

namespace Plantroom.Mqtt.Client;

/// <summary>
/// Remembers which handlers a topic has, so that a message of a topic that was seen before is matched with one lookup and without
/// allocating. Also remembers thereby that the topic is a valid one. Only the read loop uses it.
/// </summary>
internal sealed class TopicMatches
{
    /// <summary>Topics that are remembered. When there are more, it starts anew.</summary>
    private const int MostTopics = 16_384;

    /// <summary>Bytes of all topics that are remembered.</summary>
    private const int MostBytes = 2 * 1024 * 1024;

    private readonly Dictionary<byte[], LocalSubscription[]> known = new(TopicBytes.Comparer);
    private readonly Dictionary<byte[], LocalSubscription[]>.AlternateLookup<ReadOnlySpan<byte>> byView;
    private ClientSubscription[] of = [];
    private int bytes;

    public TopicMatches() => byView = known.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>The handlers of a topic among these subscriptions.</summary>
    /// <returns>False when it is not a valid topic name.</returns>
    public bool TryMatch(ReadOnlySpan<byte> topic, ClientSubscription[] subscriptions, out LocalSubscription[] handlers)
    {
        if (of != subscriptions) Clear(subscriptions);
        if (byView.TryGetValue(topic, out handlers!)) return true;
        handlers = [];
        if (!TopicRules.IsName(topic)) return false;
        var found = new List<LocalSubscription>();
        foreach (var subscription in subscriptions)
        {
            if (TopicRules.Matches(subscription.MatchedFilter, topic)) found.Add(subscription.Local);
        }

        handlers = [.. found];
        Remember(topic, handlers);
        return true;
    }

    private void Remember(ReadOnlySpan<byte> topic, LocalSubscription[] handlers)
    {
        if (known.Count >= MostTopics || bytes + topic.Length > MostBytes) Clear(of);
        bytes += topic.Length;
        known[topic.ToArray()] = handlers;
    }

    private void Clear(ClientSubscription[] subscriptions)
    {
        known.Clear();
        (of, bytes) = (subscriptions, 0);
    }
}
