namespace Plantroom.Mqtt.Codec;

/// <summary>The end of subscriptions (MQTT 5.0 section 3.10): <c>packet id │ properties (5.0) │ { filter }+</c>.</summary>
internal sealed record UnsubscribePacket(ushort PacketId, IReadOnlyList<string> Filters)
{
    public static UnsubscribePacket Read(ReadOnlySpan<byte> body, MqttProtocolVersion version)
    {
        var reader = new PacketReader(body);
        var id = reader.PacketId();
        if (version == MqttProtocolVersion.V50)
        {
            var properties = new PropertyReader(ref reader, Properties.InUnsubscribe);
            while (properties.Next())
            {
                // User properties are for people; that they are well formed was checked on the way.
            }
        }

        var filters = new List<string>();
        while (!reader.IsEmpty) filters.Add(reader.Text());
        if (filters.Count == 0) Broken.Protocol("an UNSUBSCRIBE without a topic filter");
        return new UnsubscribePacket(id, filters);
    }

    public byte[] Write(MqttProtocolVersion version)
    {
        var builder = new PacketBuilder().UInt16(PacketId);
        if (version == MqttProtocolVersion.V50) builder.Properties([]);
        foreach (var filter in Filters) builder.Text(filter);
        return builder.Build(PacketType.Unsubscribe, 2);
    }
}
