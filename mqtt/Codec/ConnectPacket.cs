using Plantroom.Mqtt.Topics;

namespace Plantroom.Mqtt.Codec;

/// <summary>
/// The first packet of a client (MQTT 5.0 section 3.1).
/// <code>
/// ┌────────────────────┬───────┬───────┬────────────┬────────────┬───────────┬──────────────────────────┬──────┬──────────┐
/// │ 00 04 'M' 'Q' 'T' 'T' │ level │ flags │ keep alive │ properties │ client id │ [properties topic payload │ user │ password]│
/// │                    │ 4 | 5 │  1 B  │    2 B     │  5.0 only  │           │  of the will]             │      │          │
/// └────────────────────┴───────┴───────┴────────────┴────────────┴───────────┴──────────────────────────┴──────┴──────────┘
/// flags: 7 user │ 6 password │ 5 will retain │ 4-3 will QoS │ 2 will │ 1 clean start │ 0 reserved
/// </code>
/// </summary>
internal sealed record ConnectPacket
{
    private const byte UserFlag = 0x80, PasswordFlag = 0x40, WillRetainFlag = 0x20, WillFlag = 0x04, CleanFlag = 0x02;

    public MqttProtocolVersion Version { get; init; } = MqttProtocolVersion.V50;

    public string ClientId { get; init; } = "";

    public bool CleanStart { get; init; } = true;

    /// <summary>Seconds; 0 is no keep-alive.</summary>
    public ushort KeepAlive { get; init; }

    public string? UserName { get; init; }

    public byte[]? Password { get; init; }

    public WillMessage? Will { get; init; }

    /// <summary>Seconds; the largest number is for ever.</summary>
    public uint SessionExpiry { get; init; }

    public ushort ReceiveMaximum { get; init; } = ushort.MaxValue;

    /// <summary>Bytes; 0 is no limit.</summary>
    public uint MaximumPacketSize { get; init; }

    public ushort TopicAliasMaximum { get; init; }

    public bool RequestResponseInformation { get; init; }

    public bool RequestProblemInformation { get; init; } = true;

    public string? AuthenticationMethod { get; init; }

    /// <summary>User properties to send, raw.</summary>
    public byte[] UserProperties { get; init; } = [];

    /// <exception cref="MqttException">It is not a CONNECT; with the reason code 0x84 when the protocol is another one.</exception>
    public static ConnectPacket Read(ReadOnlySpan<byte> body)
    {
        var reader = new PacketReader(body);
        var version = ReadProtocol(ref reader);
        var flags = reader.Byte();
        CheckFlags(flags, version);
        var packet = new ConnectPacket
        {
            Version = version,
            CleanStart = (flags & CleanFlag) != 0,
            KeepAlive = reader.UInt16(),
        };
        if (version == MqttProtocolVersion.V50) packet = packet.WithProperties(ref reader);
        packet = packet with { ClientId = reader.Text() };
        if ((flags & WillFlag) != 0) packet = packet with { Will = ReadWill(ref reader, flags, version) };
        if ((flags & UserFlag) != 0) packet = packet with { UserName = reader.Text() };
        if ((flags & PasswordFlag) != 0) packet = packet with { Password = reader.Binary().ToArray() };
        reader.End();
        return packet;
    }

    public byte[] Write()
    {
        var builder = new PacketBuilder().Text("MQTT").Byte((byte)Version).Byte(Flags()).UInt16(KeepAlive);
        if (Version == MqttProtocolVersion.V50) builder.Properties(Properties());
        builder.Text(ClientId);
        if (Will is { } will)
        {
            if (Version == MqttProtocolVersion.V50)
            {
                builder.Properties(
                    new PacketBuilder().NumberUnless(Property.WillDelayInterval, will.DelaySeconds, 0).Raw(will.Properties));
            }

            builder.Binary(will.Topic).Binary(will.Payload);
        }

        if (UserName is not null) builder.Text(UserName);
        if (Password is not null) builder.Binary(Password);
        return builder.Build(PacketType.Connect);
    }

    private static MqttProtocolVersion ReadProtocol(ref PacketReader reader)
    {
        var name = reader.Utf8();
        if (!name.SequenceEqual("MQTT"u8) && !name.SequenceEqual("MQIsdp"u8)) Broken.Packet("the protocol name is not MQTT");
        var level = reader.Byte();
        if (name.Length != 4 || level is not (4 or 5))
        {
            throw new MqttException(
                $"protocol level {level} is spoken neither as 3.1.1 nor as 5.0", Reason.UnsupportedProtocolVersion);
        }

        return (MqttProtocolVersion)level;
    }

    private static void CheckFlags(byte flags, MqttProtocolVersion version)
    {
        if ((flags & 1) != 0) Broken.Packet("the reserved flag of CONNECT is set");
        if ((flags >> 3 & 3) == 3) Broken.Packet("the will has QoS 3");
        if ((flags & WillFlag) == 0 && (flags & (WillRetainFlag | 0x18)) != 0) Broken.Packet("will flags without a will");
        if (version == MqttProtocolVersion.V311 && (flags & PasswordFlag) != 0 && (flags & UserFlag) == 0)
            Broken.Packet("a password without a user name");
    }

    private ConnectPacket WithProperties(ref PacketReader reader)
    {
        var packet = this;
        var authenticationData = false;
        var properties = new PropertyReader(ref reader, Codec.Properties.InConnect);
        while (properties.Next())
        {
            switch (properties.Id)
            {
                case Property.SessionExpiryInterval: packet = packet with { SessionExpiry = properties.Number }; break;
                case Property.ReceiveMaximum: packet = packet with { ReceiveMaximum = (ushort)properties.Number }; break;
                case Property.MaximumPacketSize: packet = packet with { MaximumPacketSize = properties.Number }; break;
                case Property.TopicAliasMaximum: packet = packet with { TopicAliasMaximum = (ushort)properties.Number }; break;
                case Property.RequestResponseInformation:
                    packet = packet with { RequestResponseInformation = properties.Number == 1 };
                    break;
                case Property.RequestProblemInformation:
                    packet = packet with { RequestProblemInformation = properties.Number == 1 };
                    break;
                case Property.AuthenticationMethod: packet = packet with { AuthenticationMethod = properties.Text }; break;
                case Property.AuthenticationData: authenticationData = true; break;
            }
        }

        if (authenticationData && packet.AuthenticationMethod is null) Broken.Protocol("authentication data without a method");
        return packet;
    }

    private static WillMessage ReadWill(ref PacketReader reader, byte flags, MqttProtocolVersion version)
    {
        uint delay = 0;
        var forwarded = new PacketBuilder();
        if (version == MqttProtocolVersion.V50)
        {
            var properties = new PropertyReader(ref reader, Codec.Properties.InWill);
            while (properties.Next())
            {
                if (properties.Id == Property.WillDelayInterval) delay = properties.Number;
                else forwarded.Raw(properties.RawProperty);
            }
        }

        var topic = reader.Utf8().ToArray();
        if (!TopicRules.IsName(topic)) throw new MqttException("the topic of the will is not valid", Reason.TopicNameInvalid);
        var qos = (MqttQos)(flags >> 3 & 3);
        return new WillMessage(
            topic, reader.Binary().ToArray(), qos, (flags & WillRetainFlag) != 0, delay, forwarded.Written.ToArray());
    }

    private byte Flags()
    {
        var flags = CleanStart ? CleanFlag : 0;
        if (UserName is not null) flags |= UserFlag;
        if (Password is not null) flags |= PasswordFlag;
        if (Will is not null) flags |= WillFlag | (byte)Will.Qos << 3 | (Will.Retain ? WillRetainFlag : 0);
        return (byte)flags;
    }

    private PacketBuilder Properties() => new PacketBuilder()
        .NumberUnless(Property.SessionExpiryInterval, SessionExpiry, 0)
        .NumberUnless(Property.ReceiveMaximum, ReceiveMaximum, ushort.MaxValue)
        .NumberUnless(Property.MaximumPacketSize, MaximumPacketSize, 0)
        .NumberUnless(Property.TopicAliasMaximum, TopicAliasMaximum, 0)
        .NumberUnless(Property.RequestResponseInformation, RequestResponseInformation ? 1u : 0, 0)
        .NumberUnless(Property.RequestProblemInformation, RequestProblemInformation ? 1u : 0, 1)
        .TextIfAny(Property.AuthenticationMethod, AuthenticationMethod)
        .Raw(UserProperties);
}
