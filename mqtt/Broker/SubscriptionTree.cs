using System.Collections.Concurrent;
using System.Text;
using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;
using Plantroom.Mqtt.Topics;

namespace Plantroom.Mqtt.Broker;

/// <summary>
/// All subscriptions, as a tree of topic levels, in front of which matches are remembered per topic: a topic that was seen before costs
/// one lookup by its bytes. Every change of the subscriptions forgets them all.
/// </summary>
internal sealed class SubscriptionTree
{
    /// <summary>Bytes of topics and their matches that are remembered; beyond, it starts anew. Bounds what a client that makes up
    /// topics can cost.</summary>
    private const long Remembered = 64 * 1024 * 1024;

    /// <summary>About what an entry costs beside its topic, and each subscription in it.</summary>
    private const int EntrySize = 128, SubscriptionSize = 40;

    /// <summary>About what a level costs that no other filter has.</summary>
    private const int NodeSize = 512;

    private readonly Lock gate = new();
    private readonly SubscriptionNode root = new();
    private Cache cache = new();
    private int count;
    private long bytes;

    /// <summary>How many subscriptions of clients there are.</summary>
    public int Count => Volatile.Read(ref count);

    /// <summary>About the bytes that the filters of clients take.</summary>
    public long Bytes => Interlocked.Read(ref bytes);

    /// <summary>About how many bytes the remembered matches take.</summary>
    public long RememberedBytes => Volatile.Read(ref cache).Bytes;

    /// <summary>Who gets the messages of a topic.</summary>
    /// <exception cref="MqttException">It is not a valid topic name.</exception>
    public TopicMatch Match(ReadOnlySpan<byte> topic)
    {
        var current = Volatile.Read(ref cache);
        return current.ByBytes.TryGetValue(topic, out var match) ? match : Find(topic, current);
    }

    public void Add(LocalSubscription subscription) => Change(subscription.Filter, node => node.Add(subscription));

    public void Remove(LocalSubscription subscription) => Change(subscription.Filter, node => node.Remove(subscription));

    /// <param name="filter">A valid filter, perhaps a shared one.</param>
    /// <param name="subscription">Who, and how.</param>
    public void Add(string filter, RemoteSubscription subscription)
    {
        _ = SharedFilter.TryParse(filter, out var group, out var topics);
        Change(topics, node => node.Add(group, filter, subscription), Cost(filter));
    }

    public void Remove(string filter, Session session)
    {
        _ = SharedFilter.TryParse(filter, out var group, out var topics);
        Change(topics, node => node.Remove(group, session), Cost(filter));
    }

    /// <summary>The group that shares a filter now; null when nobody is left in it.</summary>
    /// <param name="filter">The filter with the name of the group.</param>
    public SharedGroup? GroupOf(string filter)
    {
        _ = SharedFilter.TryParse(filter, out var name, out var topics);
        lock (gate) return root.Find(topics.Split('/'))?.Shared.GetValueOrDefault(name);
    }

    private TopicMatch Find(ReadOnlySpan<byte> topic, Cache current)
    {
        if (topic.IsEmpty) Broken.Protocol("a PUBLISH has neither a topic nor a topic alias");
        if (!PacketReader.IsText(topic)) Broken.Packet("a topic is not UTF-8 or contains U+0000");
        if (!TopicRules.IsName(topic)) throw new MqttException("a topic name contains a wildcard", Reason.TopicNameInvalid);
        var levels = Encoding.UTF8.GetString(topic).Split('/', TopicRules.MaximumLevels + 1);
        TopicMatch match;
        lock (gate) match = Collect(levels);
        if (current.Bytes + Size(topic, match) > Remembered)
        {
            Interlocked.CompareExchange(ref cache, new Cache(), current);
            return match;
        }

        current.Add(topic, match);
        return match;
    }

    /// <summary>About the bytes of a subscription: the filter as a whole and in levels, and a node of its own for each level.</summary>
    public static long Cost(string filter) => SubscriptionSize + (4L * filter.Length) + ((filter.AsSpan().Count('/') + 1) * NodeSize);

    private static long Size(ReadOnlySpan<byte> topic, TopicMatch match) =>
        EntrySize + topic.Length + ((match.Local.Length + match.Remote.Length + match.Shared.Length) * SubscriptionSize);

    private TopicMatch Collect(string[] levels)
    {
        var found = new FoundSubscriptions();
        root.Collect(levels, 0, found);
        return found.ToMatch();
    }

    /// <param name="filter">Where.</param>
    /// <param name="change">What; says by how many the subscriptions of clients change.</param>
    /// <param name="cost">Bytes of each.</param>
    private void Change(string filter, Func<SubscriptionNode, int> change, long cost = 0)
    {
        lock (gate)
        {
            var grown = root.Change(filter.Split('/'), 0, change);
            count += grown;
            Interlocked.Add(ref bytes, grown * cost);
            Volatile.Write(ref cache, new Cache());
        }
    }

    private sealed class Cache
    {
        private readonly ConcurrentDictionary<byte[], TopicMatch> matches = new(TopicBytes.Comparer);
        private long bytes;

        public Cache() => ByBytes = matches.GetAlternateLookup<ReadOnlySpan<byte>>();

        public ConcurrentDictionary<byte[], TopicMatch>.AlternateLookup<ReadOnlySpan<byte>> ByBytes { get; }

        public long Bytes => Volatile.Read(ref bytes);

        public void Add(ReadOnlySpan<byte> topic, TopicMatch match)
        {
            if (matches.TryAdd(topic.ToArray(), match)) Interlocked.Add(ref bytes, Size(topic, match));
        }
    }
}
