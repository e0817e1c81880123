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
    private const int EntrySize = 128, SubscriptionSize = 24;

    private readonly Lock gate = new();
    private readonly Node root = new();
    private Cache cache = new();

    /// <summary>About how many bytes the remembered matches take.</summary>
    public long RememberedBytes => Volatile.Read(ref cache).Bytes;

    /// <summary>Who gets the messages of a topic.</summary>
    /// <exception cref="MqttException">It is not a valid topic name.</exception>
    public TopicMatch Match(ReadOnlySpan<byte> topic)
    {
        var current = Volatile.Read(ref cache);
        return current.ByBytes.TryGetValue(topic, out var match) ? match : Find(topic, current);
    }

    public void Add(LocalSubscription subscription) => Change(subscription.Filter, node => node.Local.Add(subscription));

    public void Remove(LocalSubscription subscription) => Change(subscription.Filter, node => node.Local.Remove(subscription));

    public void Add(string filter, RemoteSubscription subscription) =>
        Change(filter, node => node.Remote[subscription.Session] = subscription);

    public void Remove(string filter, Session session) => Change(filter, node => node.Remote.Remove(session));

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

    private static long Size(ReadOnlySpan<byte> topic, TopicMatch match) =>
        EntrySize + topic.Length + ((match.Local.Length + match.Remote.Length) * SubscriptionSize);

    private TopicMatch Collect(string[] levels)
    {
        var found = new Found();
        root.Collect(levels, 0, found);
        return found.ToMatch();
    }

    private void Change(string filter, Action<Node> change)
    {
        lock (gate)
        {
            root.Change(filter.Split('/'), 0, change);
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

    private sealed class Found
    {
        private readonly List<LocalSubscription> local = [];
        private readonly Dictionary<Session, RemoteSubscription> remote = [];

        public void Add(Node node)
        {
            local.AddRange(node.Local);
            foreach (var (session, subscription) in node.Remote)
                remote[session] = remote.TryGetValue(session, out var other) ? subscription.Merge(other) : subscription;
        }

        public TopicMatch ToMatch() =>
            local.Count == 0 && remote.Count == 0 ? TopicMatch.Nobody : new TopicMatch([.. local], [.. remote.Values]);
    }

    private sealed class Node
    {
        private readonly Dictionary<string, Node> children = [];

        public List<LocalSubscription> Local { get; } = [];

        public Dictionary<Session, RemoteSubscription> Remote { get; } = [];

        private bool IsEmpty => children.Count == 0 && Local.Count == 0 && Remote.Count == 0;

        /// <summary>Goes down at most as deep as there are filters, whatever the topic.</summary>
        public void Collect(string[] levels, int at, Found found)
        {
            var wildcards = at > 0 || levels[0] is not ['$', ..];
            if (wildcards && children.TryGetValue("#", out var rest)) found.Add(rest);
            if (at == levels.Length)
            {
                found.Add(this);
                return;
            }

            if (wildcards && children.TryGetValue("+", out var any)) any.Collect(levels, at + 1, found);
            if (children.TryGetValue(levels[at], out var child)) child.Collect(levels, at + 1, found);
        }

        public void Change(string[] levels, int at, Action<Node> change)
        {
            if (at == levels.Length)
            {
                change(this);
                return;
            }

            if (!children.TryGetValue(levels[at], out var child)) children[levels[at]] = child = new Node();
            child.Change(levels, at + 1, change);
            if (child.IsEmpty) children.Remove(levels[at]);
        }
    }
}
