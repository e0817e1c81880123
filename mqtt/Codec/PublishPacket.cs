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

    public static PublishPacket Read(byte header, ReadOnlySpan<byte> body, MqttProtocolVersion version)
    {
        var qos = (MqttQos)(header >> 1 & 3);
        if ((byte)qos == 3) Broken.Packet("a PUBLISH has QoS 3");
        var duplicate = (header & 8) != 0;
        if (duplicate && qos == MqttQos.AtMostOnce) Broken.Packet("a PUBLISH of QoS 0 says that it is a duplicate");
        var reader = new PacketReader(body);
        var topic = reader.Binary();
        var id = qos == MqttQos.AtMostOnce ? (ushort)0 : reader.PacketId();
        var properties = default(ReadOnlySpan<byte>);
        var expiryOffset = 0;
        if (version == MqttProtocolVersion.V50) properties = ReadProperties(ref reader, out expiryOffset);
        return new PublishPacket
        {
            Topic = topic,
            Payload = reader.Rest,
            Properties = properties,
            Qos = qos,
            Retain = (header & 1) != 0,
            Duplicate = duplicate,
            PacketId = id,
            ExpiryOffset = expiryOffset,
        };
    }

    /// <summary>How many bytes a copy of it takes.</summary>
    public int KeptSize => Topic.Length + Payload.Length + Properties.Length;

    /// <summary>How many bytes the whole packet takes.</summary>
    public int Size(MqttQos qos, MqttProtocolVersion version)
    {
        var remaining = Remaining(qos, version);
        return 1 + VariableByteInteger.Size(remaining) + remaining;
    }

    /// <summary>Writes the packet with a quality of service, identifier and flags that need not be its own.</summary>
    /// <returns>How many bytes were written.</returns>
    public int Write(Span<byte> target, MqttQos qos, bool retain, bool duplicate, ushort packetId, MqttProtocolVersion version)
    {
        target[0] = (byte)((byte)PacketType.Publish << 4 | (duplicate ? 8 : 0) | (byte)qos << 1 | (retain ? 1 : 0));
        var at = 1 + VariableByteInteger.Write(target[1..], Remaining(qos, version));
        BinaryPrimitives.WriteUInt16BigEndian(target[at..], (ushort)Topic.Length);
        at += 2;
        Topic.CopyTo(target[at..]);
        at += Topic.Length;
        if (qos != MqttQos.AtMostOnce)
        {
            BinaryPrimitives.WriteUInt16BigEndian(target[at..], packetId);
            at += 2;
        }

        if (version == MqttProtocolVersion.V50)
        {
            at += VariableByteInteger.Write(target[at..], Properties.Length);
            Properties.CopyTo(target[at..]);
            at += Properties.Length;
        }

        Payload.CopyTo(target[at..]);
        return at + Payload.Length;
    }

    /// <summary>See <see cref="ExpiryOffset"/>.</summary>
    public static int FindExpiry(ReadOnlySpan<byte> ofProperties)
    {
        if (ofProperties.IsEmpty) return 0;
        var properties = new PropertyReader(ofProperties, Codec.Properties.InPublish);
        while (properties.Next())
        {
            if (properties.Id == Property.MessageExpiryInterval) return properties.ValueOffset;
        }

        return 0;
    }

    private int Remaining(MqttQos qos, MqttProtocolVersion version) =>
        2 + Topic.Length + (qos == MqttQos.AtMostOnce ? 0 : 2) + Payload.Length
        + (version == MqttProtocolVersion.V50 ? VariableByteInteger.Size(Properties.Length) + Properties.Length : 0);

    private static ReadOnlySpan<byte> ReadProperties(scoped ref PacketReader reader, out int expiryOffset)
    {
        expiryOffset = 0;
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
                case Property.TopicAlias:
                    throw new MqttException("a topic alias, of which none was allowed", Reason.TopicAliasInvalid);
                case Property.SubscriptionIdentifier:
                    Broken.Protocol("a subscription identifier, which was not asked for");
                    break;
                case Property.ResponseTopic when properties.Bytes.IndexOfAny((byte)'+', (byte)'#') >= 0:
                    Broken.Protocol("the response topic contains a wildcard");
                    break;
                case Property.MessageExpiryInterval:
                    expiryOffset = properties.ValueOffset;
                    break;
            }
        }

        return properties.Raw;
    }
}
