using System.Buffers.Binary;
using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Delivery;

/// <summary>A message that is kept: retained, or waiting for a subscriber. One copy is shared by all who keep it.</summary>
internal sealed class StoredMessage
{
    private readonly byte[] topic;
    private readonly byte[] payload;
    private readonly byte[] properties;
    private readonly MqttQos qos;
    private readonly bool retain;
    private readonly int expiryOffset;
    private readonly DateTimeOffset expires;

    public StoredMessage(in PublishPacket packet, DateTimeOffset now)
    {
        topic = packet.Topic.ToArray();
        payload = packet.Payload.ToArray();
        properties = packet.Properties.IsEmpty ? [] : packet.Properties.ToArray();
        qos = packet.Qos;
        retain = packet.Retain;
        expiryOffset = packet.ExpiryOffset;
        expires = expiryOffset == 0 ? DateTimeOffset.MaxValue : now.AddSeconds(Expiry(packet));
    }

    /// <summary>A message as it was kept on disk.</summary>
    /// <param name="topic">Its topic.</param>
    /// <param name="payload">Its payload.</param>
    /// <param name="properties">Its properties, as they were on the wire.</param>
    /// <param name="flags">See <see cref="Flags"/>.</param>
    /// <param name="expires">When it expires.</param>
    public StoredMessage(byte[] topic, byte[] payload, byte[] properties, long flags, DateTimeOffset? expires)
    {
        (this.topic, this.payload, this.properties) = (topic, payload, properties);
        (qos, retain) = ((MqttQos)(flags & 3), (flags & 4) != 0);
        this.expires = expires ?? DateTimeOffset.MaxValue;
        if (expires is not null) expiryOffset = FindExpiry(properties);
    }

    /// <summary>Stands for a message that is not needed any more.</summary>
    public static StoredMessage None { get; } = new([], [], [], 0, null);

    /// <summary>Where it is on disk, while deliveries there need it; owned by the thread that commits.</summary>
    public long FileId { get; set; }

    /// <summary>Deliveries on disk that need it; owned by the thread that commits.</summary>
    public int FileReferences { get; set; }

    /// <summary>The QoS in the lowest two bits, the retain flag above them.</summary>
    public long Flags => (long)qos | (retain ? 4L : 0);

    public ReadOnlySpan<byte> Payload => payload;

    public ReadOnlySpan<byte> Properties => properties;

    /// <summary>Bytes that it keeps.</summary>
    public int Size => topic.Length + payload.Length + properties.Length;

    public byte[] Topic => topic;

    public MqttQos Qos => qos;

    /// <summary>From when on it is worth nothing.</summary>
    public DateTimeOffset Expires => expires;

    public bool IsExpired(DateTimeOffset now) => now >= expires;

    /// <summary>The message as it is sent now: the expiry interval is what remains of it (MQTT 5.0 section 3.3.2.3.3). The bytes are
    /// shared with other senders and stay as they are; the interval is replaced while it is written.</summary>
    public PublishPacket View(DateTimeOffset now) => new()
    {
        Topic = topic,
        Payload = payload,
        Properties = properties,
        Qos = qos,
        Retain = retain,
        ExpiryOffset = expiryOffset,
        RemainingExpiry = expiryOffset == 0 ? 0 : (uint)Math.Max(1, Math.Ceiling((expires - now).TotalSeconds)),
    };

    /// <summary>The message as a handler in this process sees it: with properties of its own when what they say has changed.</summary>
    public PublishPacket HandlerView(DateTimeOffset now)
    {
        var view = View(now);
        if (expiryOffset == 0) return view;
        var current = properties.ToArray();
        BinaryPrimitives.WriteUInt32BigEndian(current.AsSpan(expiryOffset), view.RemainingExpiry);
        return view with { Properties = current };
    }

    private static uint Expiry(in PublishPacket packet) => packet.RemainingExpiry != 0
        ? packet.RemainingExpiry
        : BinaryPrimitives.ReadUInt32BigEndian(packet.Properties[packet.ExpiryOffset..]);

    /// <summary>Where the expiry interval is in properties; 0 when there is none.</summary>
    public static int FindExpiry(ReadOnlySpan<byte> raw)
    {
        if (raw.IsEmpty) return 0;
        var reader = new PropertyReader(raw, Codec.Properties.InPublish);
        while (reader.Next())
        {
            if (reader.Id == Property.MessageExpiryInterval) return reader.ValueOffset;
        }

        return 0;
    }
}
