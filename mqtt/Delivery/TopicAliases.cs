using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Delivery;

/// <summary>The topic aliases that the other side has introduced on one connection (MQTT 5.0 section 3.3.2.3.4).</summary>
/// <param name="maximum">The highest that it may use; 0 allows none.</param>
internal sealed class TopicAliases(int maximum)
{
    /// <summary>Bytes that all topics of a connection may take. Bounds what long topics behind aliases can cost.</summary>
    public const int MaximumBytes = 256 * 1024;

    private const int PropertySize = 3;

    private byte[]?[] topics = [];
    private byte[] properties = [];
    private int bytes;

    /// <summary>The message with its topic and without the alias. Allocates only when an alias gets another topic.</summary>
    /// <param name="packet">A message with an alias. The view that is returned is valid until the next one.</param>
    /// <exception cref="MqttException">The alias is higher than allowed, or stands for nothing.</exception>
    public PublishPacket Resolve(scoped in PublishPacket packet)
    {
        if (packet.TopicAlias > maximum)
            throw new MqttException($"topic alias {packet.TopicAlias}, {maximum} are allowed", Reason.TopicAliasInvalid);
        var at = packet.TopicAlias - 1;
        if (packet.Topic.IsEmpty && (at >= topics.Length || topics[at] is null))
            Broken.Protocol($"topic alias {packet.TopicAlias} stands for no topic");
        if (!packet.Topic.IsEmpty) Set(at, packet.Topic);
        return packet with
        {
            Topic = topics[at],
            Properties = Without(packet.Properties, packet.TopicAliasOffset),
            ExpiryOffset = packet.ExpiryOffset > packet.TopicAliasOffset ? packet.ExpiryOffset - PropertySize : packet.ExpiryOffset,
            TopicAlias = 0,
        };
    }

    private void Set(int at, ReadOnlySpan<byte> topic)
    {
        if (at >= topics.Length) Array.Resize(ref topics, Math.Min(maximum, Math.Max(8, (at + 1) * 2)));
        if (topic.SequenceEqual(topics[at])) return;
        bytes += topic.Length - (topics[at]?.Length ?? 0);
        if (bytes > MaximumBytes) throw new MqttException("the topics behind topic aliases are too long", Reason.QuotaExceeded);
        topics[at] = topic.ToArray();
    }

    private ReadOnlySpan<byte> Without(ReadOnlySpan<byte> raw, int offset)
    {
        if (offset == 0) return raw[PropertySize..];
        if (offset + PropertySize == raw.Length) return raw[..offset];
        if (properties.Length < raw.Length) properties = new byte[raw.Length * 2];
        raw[..offset].CopyTo(properties);
        raw[(offset + PropertySize)..].CopyTo(properties.AsSpan(offset));
        return properties.AsSpan(0, raw.Length - PropertySize);
    }
}
