using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Topics;

namespace Plantroom.Mqtt.Delivery;

/// <summary>
/// The topic aliases of what is sent over one connection (MQTT 5.0 section 3.3.2.3.4): topics get them as they come, until all are given.
/// Not thread-safe: used under the lock of the outbound buffer, because an alias must be introduced before it is used.
/// </summary>
/// <param name="maximum">The highest that the other side takes.</param>
/// <param name="maximumPacketSize">The largest packet that it takes, in bytes; 0 is no limit.</param>
internal sealed class OutboundAliases(int maximum, uint maximumPacketSize)
{
    /// <summary>What an alias takes in a packet: for shorter topics it saves nothing.</summary>
    private const int PropertySize = 3;

    private readonly Dictionary<byte[], ushort> aliases = new(TopicBytes.Comparer);
    private int bytes;

    /// <summary>The form in which a message is to be sent.</summary>
    /// <param name="packet">The message.</param>
    /// <param name="form">The form without an alias.</param>
    /// <param name="isNew">Whether it introduces an alias: <see cref="Add"/> when it is sent.</param>
    public PublishForm Apply(in PublishPacket packet, in PublishForm form, out bool isNew)
    {
        isNew = false;
        if (packet.Topic.Length <= PropertySize) return form;
        if (aliases.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(packet.Topic, out var alias))
            return form with { TopicAlias = alias, OmitsTopic = true };
        if (aliases.Count >= maximum || bytes + packet.Topic.Length > TopicAliases.MaximumBytes) return form;
        var introduced = form with { TopicAlias = (ushort)(aliases.Count + 1) };
        isNew = maximumPacketSize == 0 || packet.Size(introduced) <= maximumPacketSize;
        return isNew ? introduced : form;
    }

    public void Add(ReadOnlySpan<byte> topic)
    {
        aliases.Add(topic.ToArray(), (ushort)(aliases.Count + 1));
        bytes += topic.Length;
    }
}
