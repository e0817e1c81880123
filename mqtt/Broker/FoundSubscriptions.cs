using Plantroom.Mqtt.Delivery;

namespace Plantroom.Mqtt.Broker;

/// <summary>Collects who has subscribed to a topic.</summary>
internal sealed class FoundSubscriptions
{
    private readonly List<LocalSubscription> local = [];
    private readonly Dictionary<Session, RemoteSubscription> remote = [];
    private readonly List<SharedGroup> shared = [];

    public void Add(SubscriptionNode node)
    {
        local.AddRange(node.Local);
        shared.AddRange(node.Shared.Values);
        foreach (var (session, subscription) in node.Remote)
            remote[session] = remote.TryGetValue(session, out var other) ? subscription.Merge(other) : subscription;
    }

    public TopicMatch ToMatch() =>
        local.Count + remote.Count + shared.Count == 0 ? TopicMatch.Nobody : new TopicMatch([.. local], [.. remote.Values], [.. shared]);
}
