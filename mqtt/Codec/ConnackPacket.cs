namespace Plantroom.Mqtt.Codec;

/// <summary>
/// The answer to CONNECT (MQTT 5.0 section 3.2): <c>session present │ reason code │ properties (5.0 only)</c>. What is not said means
/// that the feature is there.
/// </summary>
internal sealed record ConnackPacket
{
    public bool SessionPresent { get; init; }

    /// <summary>A reason code of 5.0 in both versions.</summary>
    public byte Reason { get; init; }

    public uint? SessionExpiry { get; init; }

    public ushort ReceiveMaximum { get; init; } = ushort.MaxValue;

    public byte MaximumQos { get; init; } = 2;

    public bool RetainAvailable { get; init; } = true;

    /// <summary>Bytes; 0 is no limit.</summary>
    public uint MaximumPacketSize { get; init; }

    public string? AssignedClientId { get; init; }

    public ushort TopicAliasMaximum { get; init; }

    public string? ReasonString { get; init; }

    public bool WildcardSubscriptions { get; init; } = true;

    public bool SubscriptionIdentifiers { get; init; } = true;

    public bool SharedSubscriptions { get; init; } = true;

    /// <summary>What response topics start with; null when the client did not ask.</summary>
    public string? ResponseInformation { get; init; }

    /// <summary>Seconds; null leaves what the client asked for.</summary>
    public ushort? ServerKeepAlive { get; init; }

    public static ConnackPacket Read(ReadOnlySpan<byte> body, MqttProtocolVersion version)
    {
        var reader = new PacketReader(body);
        var flags = reader.Byte();
        if (flags > 1) Broken.Packet("a reserved flag of CONNACK is set");
        var code = reader.Byte();
        var packet = new ConnackPacket { SessionPresent = flags == 1, Reason = code };
        if (version == MqttProtocolVersion.V311) packet = packet with { Reason = Codec.Reason.FromReturnCode(code) };
        else packet = packet.WithProperties(ref reader);
        reader.End();
        return packet;
    }

    public byte[] Write(MqttProtocolVersion version)
    {
        var builder = new PacketBuilder().Byte(SessionPresent ? (byte)1 : (byte)0);
        if (version == MqttProtocolVersion.V311) builder.Byte(Codec.Reason.ToReturnCode(Reason));
        else builder.Byte(Reason).Properties(Properties());
        return builder.Build(PacketType.Connack);
    }

    private ConnackPacket WithProperties(ref PacketReader reader)
    {
        var packet = this;
        var properties = new PropertyReader(ref reader, Codec.Properties.InConnack);
        while (properties.Next())
        {
            packet = properties.Id switch
            {
                Property.SessionExpiryInterval => packet with { SessionExpiry = properties.Number },
                Property.ReceiveMaximum => packet with { ReceiveMaximum = (ushort)properties.Number },
                Property.MaximumQos => packet with { MaximumQos = (byte)properties.Number },
                Property.RetainAvailable => packet with { RetainAvailable = properties.Number == 1 },
                Property.MaximumPacketSize => packet with { MaximumPacketSize = properties.Number },
                Property.AssignedClientIdentifier => packet with { AssignedClientId = properties.Text },
                Property.TopicAliasMaximum => packet with { TopicAliasMaximum = (ushort)properties.Number },
                Property.ReasonString => packet with { ReasonString = properties.Text },
                Property.ResponseInformation => packet with { ResponseInformation = properties.Text },
                Property.WildcardSubscriptionAvailable => packet with { WildcardSubscriptions = properties.Number == 1 },
                Property.SubscriptionIdentifierAvailable => packet with { SubscriptionIdentifiers = properties.Number == 1 },
                Property.SharedSubscriptionAvailable => packet with { SharedSubscriptions = properties.Number == 1 },
                Property.ServerKeepAlive => packet with { ServerKeepAlive = (ushort)properties.Number },
                _ => packet,
            };
        }

        return packet;
    }

    private PacketBuilder Properties()
    {
        var properties = new PacketBuilder();
        if (SessionExpiry is { } expiry) properties.Number(Property.SessionExpiryInterval, expiry);
        properties
            .NumberUnless(Property.ReceiveMaximum, ReceiveMaximum, ushort.MaxValue)
            .NumberUnless(Property.MaximumQos, MaximumQos, 2)
            .NumberUnless(Property.RetainAvailable, RetainAvailable ? 1u : 0, 1)
            .NumberUnless(Property.MaximumPacketSize, MaximumPacketSize, 0)
            .TextIfAny(Property.AssignedClientIdentifier, AssignedClientId)
            .NumberUnless(Property.TopicAliasMaximum, TopicAliasMaximum, 0)
            .TextIfAny(Property.ReasonString, ReasonString)
            .NumberUnless(Property.WildcardSubscriptionAvailable, WildcardSubscriptions ? 1u : 0, 1)
            .NumberUnless(Property.SubscriptionIdentifierAvailable, SubscriptionIdentifiers ? 1u : 0, 1)
            .NumberUnless(Property.SharedSubscriptionAvailable, SharedSubscriptions ? 1u : 0, 1);
        properties.TextIfAny(Property.ResponseInformation, ResponseInformation);
        if (ServerKeepAlive is { } keepAlive) properties.Number(Property.ServerKeepAlive, keepAlive);
        return properties;
    }
}
