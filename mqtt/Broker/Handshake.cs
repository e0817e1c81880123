using Plantroom.Mqtt.Codec;

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
        if (connect is { Version: MqttProtocolVersion.V50, Will.Qos: MqttQos.ExactlyOnce })
            throw new MqttException("the will asks for QoS 2", Reason.QosNotSupported);
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

    public static ConnackPacket Accept(
        ConnectPacket connect, string clientId, TimeSpan expiry, bool sessionPresent, MqttBrokerOptions options)
    {
        var seconds = (uint)expiry.TotalSeconds;
        return new ConnackPacket
        {
            SessionPresent = sessionPresent,
            SessionExpiry = seconds == connect.SessionExpiry ? null : seconds,
            ReceiveMaximum = (ushort)options.ReceiveMaximum,
            MaximumQos = 1,
            MaximumPacketSize = (uint)options.MaximumPacketSize,
            AssignedClientId = connect.ClientId.Length == 0 ? clientId : null,
            SubscriptionIdentifiers = false,
            SharedSubscriptions = false,
        };
    }
}
