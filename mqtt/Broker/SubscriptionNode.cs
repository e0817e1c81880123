using Plantroom.Mqtt.Delivery;

namespace Plantroom.Mqtt.Broker;

/// <summary>One level of the topic filters that are subscribed to, and the subscriptions that end there.</summary>
internal sealed class SubscriptionNode
{
    private readonly Dictionary<string, SubscriptionNode> children = [];

    public List<LocalSubscription> Local { get; } = [];

    public Dictionary<Session, RemoteSubscription> Remote { get; } = [];

    /// <summary>The groups that share this filter, by name.</summary>
    public Dictionary<string, SharedGroup> Shared { get; } = [];

    private bool IsEmpty => children.Count == 0 && Local.Count == 0 && Remote.Count == 0 && Shared.Count == 0;

    public int Add(LocalSubscription subscription)
    {
        Local.Add(subscription);
        return 0;
    }

    public int Remove(LocalSubscription subscription)
    {
        Local.Remove(subscription);
        return 0;
    }

    /// <returns>By how many the subscriptions of clients grow.</returns>
    public int Add(string group, string filter, RemoteSubscription subscription)
    {
        if (group.Length > 0)
        {
            if (!Shared.TryGetValue(group, out var shared)) Shared[group] = shared = new SharedGroup(filter);
            return shared.Join(subscription) ? 1 : 0;
        }

        var before = Remote.Count;
        Remote[subscription.Session] = subscription;
        return Remote.Count - before;
    }

    /// <returns>By how many the subscriptions of clients grow, which is not more than 0.</returns>
    public int Remove(string group, Session session)
    {
        if (group.Length == 0) return Remote.Remove(session) ? -1 : 0;
        if (!Shared.TryGetValue(group, out var shared) || !shared.Leave(session)) return 0;
        if (shared.Members.Length == 0) Shared.Remove(group);
        return -1;
    }

    /// <summary>Goes down at most as deep as there are filters, whatever the topic.</summary>
    public void Collect(string[] levels, int at, FoundSubscriptions found)
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

    /// <summary>The node of a filter; null when nobody has subscribed to it.</summary>
    public SubscriptionNode? Find(ReadOnlySpan<string> levels) =>
        levels.IsEmpty ? this : children.TryGetValue(levels[0], out var child) ? child.Find(levels[1..]) : null;

    public int Change(string[] levels, int at, Func<SubscriptionNode, int> change)
    {
        if (at == levels.Length) return change(this);
        if (!children.TryGetValue(levels[at], out var child)) children[levels[at]] = child = new SubscriptionNode();
        var grown = child.Change(levels, at + 1, change);
        if (child.IsEmpty) children.Remove(levels[at]);
        return grown;
    }
}
