using Plantroom.Mqtt.Topics;

namespace Plantroom.Mqtt;

/// <summary>What a rule about topics says.</summary>
public enum MqttAccess
{
    /// <summary>Neither publish nor subscribe, whatever other rules say.</summary>
    Deny,

    /// <summary>Subscribe.</summary>
    Read,

    /// <summary>Publish.</summary>
    Write,

    /// <summary>Publish and subscribe.</summary>
    ReadWrite,
}

/// <summary>A rule about topics. Their order does not matter: what none allows is forbidden, and a denial always wins.</summary>
/// <param name="Filter">A topic filter. As everywhere, a wildcard at its front does not stand for topics that begin with <c>$</c>.</param>
/// <param name="Access">What it says about the topics that match.</param>
public readonly record struct MqttTopicRule(string Filter, MqttAccess Access = MqttAccess.ReadWrite);

/// <summary>What one client may do at the broker. Immutable; may be asked from any thread.</summary>
public sealed class MqttPermissions
{
    /// <summary>Everything.</summary>
    public static readonly MqttPermissions All = new(TopicSet.Everything, TopicSet.Everything);

    /// <summary>Everything but to publish to <c>$SYS/#</c>: what holds where no rules are given.</summary>
    public static readonly MqttPermissions Default = new(TopicSet.Everything, TopicSet.EverythingBut("$SYS/#"));

    private readonly TopicSet read;
    private readonly TopicSet write;

    private MqttPermissions(TopicSet read, TopicSet write) => (this.read, this.write) = (read, write);

    /// <summary>What rules say; without any, nothing is allowed.</summary>
    /// <exception cref="ArgumentException">A filter is not a valid topic filter.</exception>
    public static MqttPermissions Of(IEnumerable<MqttTopicRule> rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        var all = rules.Distinct().ToArray();
        foreach (var (filter, _) in all)
        {
            if (!TopicRules.IsFilter(filter)) throw new ArgumentException($"'{filter}' is not a valid topic filter.", nameof(rules));
        }

        return new(
            TopicSet.Of(With(MqttAccess.Read, MqttAccess.ReadWrite), With(MqttAccess.Deny)),
            TopicSet.Of(With(MqttAccess.Write, MqttAccess.ReadWrite), With(MqttAccess.Deny)));

        IEnumerable<string> With(params MqttAccess[] access) => all.Where(r => access.Contains(r.Access)).Select(static r => r.Filter);
    }

    /// <summary>Whether it may publish to a topic (UTF-8, checked). Asked for every message, so it allocates nothing.</summary>
    public bool MayPublish(ReadOnlySpan<byte> topic) => this == All || write.Contains(topic);

    /// <summary>
    /// Whether it may subscribe to everything that a filter matches, without a <c>$share</c> prefix: one rule must allow all of it, and no
    /// rule may deny any of it.
    /// </summary>
    public bool MaySubscribe(string filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return this == All || read.ContainsAll(filter);
    }

    /// <summary>Whether it may get messages of a topic (UTF-8, checked). Allocates nothing.</summary>
    public bool MayRead(ReadOnlySpan<byte> topic) => this == All || read.Contains(topic);
}
