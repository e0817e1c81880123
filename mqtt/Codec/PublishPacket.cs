using System.Buffers.Binary;

namespace Plantroom.Mqtt.Codec;

/// <summary>
/// A message (MQTT 5.0 section 3.3), as a view of the bytes that it came in. Whether the topic is a valid topic name is not checked
/// here: the routing does, once per topic and not once per message.
/// <code>
/// ┌───────────────┬──────────────────┬─────────┬─────────┬───────────┬───────────────────┬─────────┐
/// │ 3 │ dup qos retain │ remaining length │ topic   │ topic   │ packet id │ property length   │ payload │
/// │   │  1   2    1    │ 1-4 B            │ length  │ UTF-8   │ 2 B, only │ and properties,   │         │
/// │   │                │                  │ 2 B     │         │ QoS 1, 2  │ only 5.0          │         │
/// └───────────────┴──────────────────┴─────────┴─────────┴───────────┴───────────────────┴─────────┘
/// </code>
/// </summary>
internal readonly ref struct PublishPacket
{
    public required ReadOnlySpan<byte> Topic { get; init; }

    public required ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>The properties as they came, without the length; empty for 3.1.1.</summary>
    public ReadOnlySpan<byte> Properties { get; init; }

    public MqttQos Qos { get; init; }

    public bool Retain { get; init; }

    public bool Duplicate { get; init; }

    /// <summary>0 with QoS 0.</summary>
    public ushort PacketId { get; init; }

    /// <summary>Where the four bytes of the message expiry interval are in <see cref="Properties"/>; 0 when there is none.</summary>
    public int ExpiryOffset { get; init; }

    /// <summary>What remains of the message expiry interval, in seconds: written instead of what <see cref="Properties"/> say. 0 leaves
    /// that.</summary>
    public uint RemainingExpiry { get; init; }

    /// <summary>The number that stands for the topic, or shall from now on; 0 when there is none. A topic that is empty is what it stood
    /// for before, see <see cref="Delivery.TopicAliases"/>.</summary>
    public ushort TopicAlias { get; init; }

    /// <summary>Where the three bytes of the topic alias are in <see cref="Properties"/>.</summary>
    public int TopicAliasOffset { get; init; }

    /// <param name="header">Its first byte.</param>
    /// <param name="body">What follows its length.</param>
    /// <param name="version">The version of the connection.</param>
    /// <param name="fromBroker">Whether a broker has sent it: only that may say which subscriptions it matches.</param>
    public static PublishPacket Read(byte header, ReadOnlySpan<byte> body, MqttProtocolVersion version, bool fromBroker = false)
    {
        var qos = (MqttQos)(header >> 1 & 3);
        if ((byte)qos == 3) Broken.Packet("a PUBLISH has QoS 3");
        var duplicate = (header & 8) != 0;
        if (duplicate && qos == MqttQos.AtMostOnce) Broken.Packet("a PUBLISH of QoS 0 says that it is a duplicate");
        var reader = new PacketReader(body);
        var topic = reader.Binary();
        var id = qos == MqttQos.AtMostOnce ? (ushort)0 : reader.PacketId();
        var properties = default(ReadOnlySpan<byte>);
        var found = default(Found);
        if (version == MqttProtocolVersion.V50) properties = ReadProperties(ref reader, fromBroker, out found);
        return new PublishPacket
        {
            Topic = topic,
            Payload = reader.Rest,
            Properties = properties,
            Qos = qos,
            Retain = (header & 1) != 0,
            Duplicate = duplicate,
            PacketId = id,
            ExpiryOffset = found.Expiry,
            TopicAlias = found.Alias,
            TopicAliasOffset = found.AliasAt,
        };
    }

    /// <summary>How many bytes a copy of it takes.</summary>
    public int KeptSize => Topic.Length + Payload.Length + Properties.Length;

    /// <summary>How many bytes the whole packet takes.</summary>
    public int Size(in PublishForm form)
    {
        var remaining = Remaining(form, PropertiesSize(form));
        return 1 + VariableByteInteger.Size(remaining) + remaining;
    }

    /// <summary>How many bytes the whole packet takes when nothing else travels with it.</summary>
    public int Size(MqttQos qos, MqttProtocolVersion version) => Size(new PublishForm(qos, version));

    /// <summary>Writes the packet with a quality of service, identifier and flags that need not be its own.</summary>
    /// <returns>How many bytes were written.</returns>
    public int Write(Span<byte> target, in PublishForm form)
    {
        var properties = PropertiesSize(form);
        target[0] = (byte)((byte)PacketType.Publish << 4 | (form.Duplicate ? 8 : 0) | (byte)form.Qos << 1 | (form.Retain ? 1 : 0));
        var at = 1 + VariableByteInteger.Write(target[1..], Remaining(form, properties));
        var topic = form.OmitsTopic ? default : Topic;
        BinaryPrimitives.WriteUInt16BigEndian(target[at..], (ushort)topic.Length);
        at += 2;
        topic.CopyTo(target[at..]);
        at += topic.Length;
        if (form.Qos != MqttQos.AtMostOnce)
        {
            BinaryPrimitives.WriteUInt16BigEndian(target[at..], form.PacketId);
            at += 2;
        }

        if (form.Version == MqttProtocolVersion.V50)
        {
            at += VariableByteInteger.Write(target[at..], properties);
            if (properties > 0) at += WriteProperties(target[at..], form);
        }

        Payload.CopyTo(target[at..]);
        return at + Payload.Length;
    }

    /// <summary>Writes the packet when nothing else travels with it.</summary>
    public int Write(Span<byte> target, MqttQos qos, bool retain, bool duplicate, ushort packetId, MqttProtocolVersion version) =>
        Write(target, new PublishForm(qos, version) { Retain = retain, Duplicate = duplicate, PacketId = packetId });

    private int WriteProperties(Span<byte> target, in PublishForm form)
    {
        Properties.CopyTo(target);
        if (RemainingExpiry != 0) BinaryPrimitives.WriteUInt32BigEndian(target[ExpiryOffset..], RemainingExpiry);
        var at = Properties.Length;
        form.Identifiers.CopyTo(target[at..]);
        at += form.Identifiers?.Length ?? 0;
        if (form.TopicAlias == 0) return at;
        target[at] = (byte)Property.TopicAlias;
        BinaryPrimitives.WriteUInt16BigEndian(target[(at + 1)..], form.TopicAlias);
        return at + 3;
    }

    private int PropertiesSize(in PublishForm form) => form.Version == MqttProtocolVersion.V311
        ? 0
        : Properties.Length + (form.Identifiers?.Length ?? 0) + (form.TopicAlias == 0 ? 0 : 3);

    private int Remaining(in PublishForm form, int properties) =>
        2 + (form.OmitsTopic ? 0 : Topic.Length) + (form.Qos == MqttQos.AtMostOnce ? 0 : 2) + Payload.Length
        + (form.Version == MqttProtocolVersion.V50 ? VariableByteInteger.Size(properties) + properties : 0);

    private static ReadOnlySpan<byte> ReadProperties(scoped ref PacketReader reader, bool fromBroker, out Found found)
    {
        found = default;
        if (!reader.IsEmpty && reader.Rest[0] == 0)
        {
            reader.Byte();
            return default;
        }

        var properties = new PropertyReader(ref reader, Codec.Properties.InPublish);
        while (properties.Next())
        {
            switch (properties.Id)
            {
                case Property.TopicAlias when properties.Number == 0:
                    throw new MqttException("topic alias 0", Reason.TopicAliasInvalid);
                case Property.TopicAlias:
                    found.Alias = (ushort)properties.Number;
                    found.AliasAt = properties.ValueOffset - 1;
                    break;
                case Property.SubscriptionIdentifier when !fromBroker:
                    Broken.Protocol("a client sends a subscription identifier");
                    break;
                case Property.ResponseTopic when properties.Bytes.IndexOfAny((byte)'+', (byte)'#') >= 0:
                    Broken.Protocol("the response topic contains a wildcard");
                    break;
                case Property.MessageExpiryInterval:
                    found.Expiry = properties.ValueOffset;
                    break;
            }
        }

        return properties.Raw;
    }

    private struct Found
    {
        public int Expiry;
        public int AliasAt;
        public ushort Alias;
    }
}
