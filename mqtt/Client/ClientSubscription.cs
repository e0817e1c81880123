using System.Text;
using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;

namespace Plantroom.Mqtt.Client;

/// <summary>What was subscribed to, its handler, and whether the broker knows of it.</summary>
internal sealed class ClientSubscription(MqttSubscription subscription, MqttHandler handler)
{
    private const string SharePrefix = "$share/";

    private readonly TaskCompletionSource granted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Filter => subscription.Filter;

    public LocalSubscription Local { get; } = new(subscription.Filter, handler);

    /// <summary>What topics are matched with, UTF-8: without the group of a shared subscription.</summary>
    public byte[] MatchedFilter { get; } = Encoding.UTF8.GetBytes(Inner(subscription.Filter));

    /// <summary>The SUBSCRIBE that it waits for; 0 when the broker has granted it.</summary>
    public ushort PacketId { get; set; }

    public Task Granted => granted.Task;

    public static bool IsShared(string filter) => filter.StartsWith(SharePrefix, StringComparison.Ordinal);

    /// <summary>What is wrong with a subscription; null when nothing is.</summary>
    public static string? Problem(MqttSubscription subscription)
    {
        var filter = subscription.Filter;
        if (!Topics.TopicRules.IsFilter(filter)) return $"'{filter}' is not a valid topic filter.";
        if (subscription.Qos > MqttQos.ExactlyOnce) return $"{subscription.Qos} is not a quality of service.";
        if (subscription.Identifier is < 1 or > VariableByteInteger.Maximum) return "An identifier is a number from 1 to 268,435,455.";
        if (!Enum.IsDefined(subscription.Retained)) return $"{subscription.Retained} is no way to handle retained messages.";
        if (!IsShared(filter)) return null;
        if (subscription.NoLocal) return "A shared subscription cannot leave out the client's own messages.";
        var group = filter.AsSpan(SharePrefix.Length);
        var end = group.IndexOf('/');
        return end > 0 && end < group.Length - 1 && group[..end].IndexOfAny('+', '#') < 0
            ? null
            : $"'{filter}' is not $share/group/filter.";
    }

    /// <summary>Why the broker of a connection cannot do this; null when it can.</summary>
    public MqttException? Objection(ConnackPacket connack)
    {
        if (IsShared(Filter) && !connack.SharedSubscriptions)
            return Unavailable("shared subscriptions", Reason.SharedSubscriptionsNotSupported);
        if (subscription.Identifier is not null && !connack.SubscriptionIdentifiers)
            return Unavailable("subscription identifiers", Reason.SubscriptionIdentifiersNotSupported);
        return Filter.AsSpan().IndexOfAny('+', '#') >= 0 && !connack.WildcardSubscriptions
            ? Unavailable("wildcards in subscriptions", Reason.WildcardSubscriptionsNotSupported)
            : null;
    }

    public byte[] Packet(ushort packetId, MqttProtocolVersion version)
    {
        PacketId = packetId;
        var request = new TopicRequest(
            Filter, subscription.Qos, subscription.NoLocal, subscription.RetainAsPublished, subscription.Retained);
        return new SubscribePacket(packetId, [request], (uint)(subscription.Identifier ?? 0)).Write(version);
    }

    /// <returns>False when the broker refused it.</returns>
    public bool Complete(byte reason, string? text)
    {
        PacketId = 0;
        if (reason < Reason.Unspecified) return granted.TrySetResult() || true;
        Fail(new MqttException($"The broker refused the subscription to '{Filter}' ({Said.Of(reason, text)}).", reason));
        return false;
    }

    public void Fail(MqttException exception)
    {
        PacketId = 0;
        granted.TrySetException(exception);

        // Whoever subscribed may have stopped waiting for it.
        _ = granted.Task.Exception;
    }

    private static string Inner(string filter)
    {
        if (!IsShared(filter)) return filter;
        return filter[(filter.IndexOf('/', SharePrefix.Length) + 1)..];
    }

    private MqttException Unavailable(string what, byte reason) =>
        new($"The broker has no {what}, which '{Filter}' needs.", reason);
}
