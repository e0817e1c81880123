namespace Plantroom.Mqtt.Codec;

/// <summary>
/// The answers to SUBSCRIBE and UNSUBSCRIBE (MQTT 5.0 sections 3.9 and 3.11): <c>packet id │ properties (5.0) │ { reason }*</c>. An
/// UNSUBACK of 3.1.1 has no reasons.
/// </summary>
internal sealed record SubackPacket(ushort PacketId, byte[] Reasons, string? ReasonString = null)
{
    public static SubackPacket Read(ReadOnlySpan<byte> body, MqttProtocolVersion version)
    {
        var reader = new PacketReader(body);
        var id = reader.PacketId();
        string? text = null;
        if (version == MqttProtocolVersion.V50)
        {
            var properties = new PropertyReader(ref reader, Properties.InAcknowledgement);
            while (properties.Next())
            {
                if (properties.Id == Property.ReasonString) text = properties.Text;
            }
        }

        return new SubackPacket(id, reader.Rest.ToArray(), text);
    }

    public byte[] Write(PacketType type, MqttProtocolVersion version)
    {
        var builder = new PacketBuilder().UInt16(PacketId);
        if (version == MqttProtocolVersion.V50) return builder.Properties([]).Raw(Reasons).Build(type);
        if (type == PacketType.Unsuback) return builder.Build(type);
        foreach (var reason in Reasons) builder.Byte(reason >= Reason.Unspecified ? Reason.Unspecified : reason);
        return builder.Build(type);
    }
}
