using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Topics;

namespace Plantroom.Mqtt.Broker;

/// <summary>Answers CONNECT: what the broker makes of the client's wishes.</summary>
internal static class Handshake
{
    /// <summary>3.1.1 has no expiry: a session that is not clean is kept for as long as any may be kept.</summary>
    private const uint ForEver = uint.MaxValue;

    /// <exception cref="MqttException">The client is refused, for the reason code.</exception>
    public static void Check(ConnectPacket connect, int connections, MqttBrokerOptions options)
    {
        if (connect.AuthenticationMethod is not null)
            throw new MqttException("extended authentication is not supported", Reason.BadAuthenticationMethod);
        if (connect is { Version: MqttProtocolVersion.V311, ClientId: "", CleanStart: false })
            throw new MqttException("a session that is kept needs a client id", Reason.ClientIdentifierNotValid);
        if (connections > options.MaximumConnections)
            throw new MqttException("as many clients are connected as may be", Reason.QuotaExceeded);
    }

    public static TimeSpan Expiry(ConnectPacket connect, MqttBrokerOptions options)
    {
        var seconds = connect.Version == MqttProtocolVersion.V50 ? connect.SessionExpiry : connect.CleanStart ? 0 : ForEver;
        return Bounded(seconds, options);
    }

    public static TimeSpan Bounded(uint seconds, MqttBrokerOptions options)
    {
        var asked = TimeSpan.FromSeconds(seconds);
        return seconds == ForEver || asked > options.MaximumSessionExpiry ? options.MaximumSessionExpiry : asked;
    }

    /// <exception cref="MqttException">The client may not publish its will.</exception>
    public static void CheckWill(WillMessage? will, MqttPermissions permissions)
    {
        if (will is null || (!SystemTopics.IsOne(will.Topic) && permissions.MayPublish(will.Topic))) return;
        throw new MqttException("it may not publish to the topic of its will", Reason.NotAuthorized);
    }

    /// <summary>The keep-alive that counts, in seconds; 0 is none. 3.1.1 cannot be told another than it asked for.</summary>
    public static ushort KeepAlive(ConnectPacket connect, MqttBrokerOptions options)
    {
        var maximum = (ushort)Math.Min(ushort.MaxValue, Math.Ceiling(options.MaximumKeepAlive.TotalSeconds));
        if (maximum == 0 || connect.Version == MqttProtocolVersion.V311) return connect.KeepAlive;
        return connect.KeepAlive == 0 || connect.KeepAlive > maximum ? maximum : connect.KeepAlive;
    }

    public static ConnackPacket Accept(
        ConnectPacket connect, string clientId, TimeSpan expiry, bool sessionPresent, MqttBrokerOptions options)
    {
        var seconds = (uint)expiry.TotalSeconds;
        var keepAlive = KeepAlive(connect, options);
        return new ConnackPacket
        {
            SessionPresent = sessionPresent,
            SessionExpiry = seconds == connect.SessionExpiry ? null : seconds,
            ReceiveMaximum = (ushort)options.ReceiveMaximum,
            MaximumPacketSize = (uint)options.MaximumPacketSize,
            AssignedClientId = connect.ClientId.Length == 0 ? clientId : null,
            TopicAliasMaximum = (ushort)options.TopicAliasMaximum,
            ServerKeepAlive = keepAlive == connect.KeepAlive ? null : keepAlive,
            ResponseInformation = connect.RequestResponseInformation ? ResponsePrefix(clientId, options) : null,
        };
    }

    /// <summary>Null for a client id that cannot be part of a topic name.</summary>
    private static string? ResponsePrefix(string clientId, MqttBrokerOptions options) =>
        TopicRules.TryEncodeName(options.ResponseTopicPrefix + clientId, out _) ? options.ResponseTopicPrefix + clientId : null;
}
