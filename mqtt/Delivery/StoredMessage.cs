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
        expires = expiryOffset == 0
            ? DateTimeOffset.MaxValue
            : now.AddSeconds(BinaryPrimitives.ReadUInt32BigEndian(properties.AsSpan(expiryOffset)));
    }

    /// <summary>Bytes that it keeps.</summary>
    public int Size => topic.Length + payload.Length + properties.Length;

    public byte[] Topic => topic;

    public bool IsExpired(DateTimeOffset now) => now >= expires;

    /// <summary>
    /// The message as it is sent now: the expiry interval is what remains of it (MQTT 5.0 section 3.3.2.3.3). When it is shared, two
    /// senders may write the interval at once; both write the same.
    /// </summary>
    public PublishPacket View(DateTimeOffset now)
    {
        if (expiryOffset != 0)
        {
            var remaining = Math.Max(1, Math.Ceiling((expires - now).TotalSeconds));
            BinaryPrimitives.WriteUInt32BigEndian(properties.AsSpan(expiryOffset), (uint)remaining);
        }

        return new PublishPacket
        {
            Topic = topic,
            Payload = payload,
            Properties = properties,
            Qos = qos,
            Retain = retain,
            ExpiryOffset = expiryOffset,
        };
    }
}
