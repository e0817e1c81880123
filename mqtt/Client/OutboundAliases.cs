using System.Buffers.Binary;
using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Topics;
using Plantroom.Mqtt.Transport;

namespace Plantroom.Mqtt.Client;

/// <summary>
/// The topics that stand behind an alias on one connection: the first time the topic is sent with its alias, from then on the alias
/// alone. In the order in which messages are appended, so it appends them itself.
/// </summary>
/// <param name="outbound">Where messages are appended.</param>
/// <param name="maximum">How many aliases the broker and the options allow.</param>
/// <param name="largestPacket">Bytes that the broker takes; 0 is no limit.</param>
internal sealed class OutboundAliases(OutboundBuffer outbound, int maximum, uint largestPacket)
{
    /// <summary>Shorter topics are not worth an alias, whose property alone takes three bytes.</summary>
    private const int ShortestTopic = 8;

    private const int PropertySize = 3;

    /// <summary>Properties up to here travel beside an alias; longer ones go with the whole topic.</summary>
    private const int LongestProperties = 256;

    private readonly Lock gate = new();
    private readonly Dictionary<byte[], ushort> known = new(TopicBytes.Comparer);

    /// <returns>False when there is no room for it.</returns>
    public bool TryPublish(in PublishPacket packet, MqttQos qos, bool retain, bool duplicate, ushort packetId)
    {
        if (packet.Topic.Length < ShortestTopic || packet.Properties.Length > LongestProperties || IsNearLimit(packet, qos))
            return outbound.TryPublish(packet, qos, retain, duplicate, packetId, MqttProtocolVersion.V50);
        lock (gate)
        {
            var isKnown = known.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(packet.Topic, out var alias);
            if (!isKnown && known.Count == maximum)
                return outbound.TryPublish(packet, qos, retain, duplicate, packetId, MqttProtocolVersion.V50);
            if (!isKnown) alias = (ushort)(known.Count + 1);
            Span<byte> properties = stackalloc byte[PropertySize + LongestProperties];
            var aliased = new PublishPacket
            {
                Topic = isKnown ? [] : packet.Topic, Payload = packet.Payload, Properties = With(alias, packet.Properties, properties),
            };
            if (!outbound.TryPublish(aliased, qos, retain, duplicate, packetId, MqttProtocolVersion.V50)) return false;
            if (!isKnown) known.Add(packet.Topic.ToArray(), alias);
            return true;
        }
    }

    /// <summary>An alias adds its property, and perhaps a byte to each of two lengths.</summary>
    private bool IsNearLimit(in PublishPacket packet, MqttQos qos) =>
        largestPacket > 0 && packet.Size(qos, MqttProtocolVersion.V50) + PropertySize + 2 > largestPacket;

    private static ReadOnlySpan<byte> With(ushort alias, ReadOnlySpan<byte> properties, Span<byte> target)
    {
        target[0] = (byte)Property.TopicAlias;
        BinaryPrimitives.WriteUInt16BigEndian(target[1..], alias);
        properties.CopyTo(target[PropertySize..]);
        return target[..(PropertySize + properties.Length)];
    }
}
