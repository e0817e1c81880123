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
}
