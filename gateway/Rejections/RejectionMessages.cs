using System.Text.Json.Serialization;

namespace Plantroom.Gateway;

/// <summary>Something that was not kept. Texts are cut and what is not printable is escaped.</summary>
/// <param name="At">When it arrived, UTC.</param>
/// <param name="Topic">Where it was sent, at most 200 bytes of it.</param>
/// <param name="Point">The point's name, at most 200 bytes of it; null when the whole message is not usable.</param>
/// <param name="Reason">Why.</param>
/// <param name="Detail">What would be right.</param>
/// <param name="Payload">The first 120 bytes of the message.</param>
public sealed record Rejection(DateTime At, string Topic, string? Point, RejectReason Reason, string Detail, string Payload);

/// <summary>A sender, or one value of it, that the site model does not have.</summary>
/// <param name="Topic">Where it sends.</param>
/// <param name="Point">The name within the message; null when it is the equipment that is not known.</param>
/// <param name="Count">How often it was seen.</param>
/// <param name="FirstSeen">When it was first seen, UTC.</param>
/// <param name="LastSeen">When it was last seen, UTC.</param>
/// <param name="Payload">The first 120 bytes of its last message.</param>
public sealed record UnknownDevice(string Topic, string? Point, long Count, DateTime FirstSeen, DateTime LastSeen, string Payload);

/// <summary>A client that broke the protocol or was cut off in the middle of a packet.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Client">Its client id; empty when it did not get as far.</param>
/// <param name="Remote">Where it came from.</param>
/// <param name="ReasonCode">The MQTT 5.0 reason code.</param>
/// <param name="Message">What was wrong.</param>
public sealed record ProtocolErrorInfo(DateTime At, string Client, string? Remote, int ReasonCode, string Message);

/// <summary>What the broker has done and who broke the protocol.</summary>
/// <param name="Connections">Clients connected at the moment.</param>
/// <param name="Received">PUBLISH packets received.</param>
/// <param name="Sent">PUBLISH packets sent.</param>
/// <param name="Dropped">Messages that a subscriber did not get because its queue was full.</param>
/// <param name="ProtocolErrors">Connections ended for breaking the protocol or in the middle of a packet.</param>
/// <param name="RecentErrors">The newest of them, newest first.</param>
public sealed record BrokerInfo(
    int Connections, long Received, long Sent, long Dropped, long ProtocolErrors, IReadOnlyList<ProtocolErrorInfo> RecentErrors)
{
    /// <summary>Clients that were refused for a wrong or missing user name, password or certificate; also counted as protocol errors.</summary>
    public long FailedLogins { get; init; }

    /// <summary>Clients that were refused unseen, because too many logins had failed before.</summary>
    public long ThrottledLogins { get; init; }

    /// <summary>PUBLISH packets that were not taken, because the client may not publish to the topic.</summary>
    public long Unauthorized { get; init; }

    /// <summary>Transactions of the broker's file that have failed. While it cannot be written, publishers that need it wait.</summary>
    public long StoreFailures { get; init; }

    /// <summary>Bytes of messages that wait for subscribers.</summary>
    public long QueuedBytes { get; init; }
}

/// <summary>Everything about what did not get through the gateway, since the start.</summary>
/// <param name="Messages">Messages that arrived.</param>
/// <param name="Readings">Readings that were taken.</param>
/// <param name="OtherMembers">JSON members beside <c>ts</c> and <c>values</c> that were passed over.</param>
/// <param name="Rejected">How many messages or values were not taken, by reason; every reason is there.</param>
/// <param name="Doubtful">How many readings were taken with a quality that is not good, by reason; every reason is there.</param>
/// <param name="Newest">The newest rejections, newest first.</param>
/// <param name="UnknownDevices">Senders and values that the site model does not have, the one that sent last first.</param>
/// <param name="UnknownDevicesForgotten">How many of them were forgotten because there were too many.</param>
/// <param name="Broker">The broker's own counts and errors.</param>
public sealed record Rejections(
    long Messages,
    long Readings,
    long OtherMembers,
    IReadOnlyDictionary<RejectReason, long> Rejected,
    IReadOnlyDictionary<QualityReason, long> Doubtful,
    IReadOnlyList<Rejection> Newest,
    IReadOnlyList<UnknownDevice> UnknownDevices,
    long UnknownDevicesForgotten,
    BrokerInfo Broker);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Rejections))]
internal sealed partial class RejectionsJson : JsonSerializerContext;
