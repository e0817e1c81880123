namespace Plantroom.Mqtt.Codec;

/// <summary>
/// PUBACK and its kin (MQTT 5.0 section 3.4): <c>type, 2 │ packet id</c>, and in 5.0 <c>│ reason │ properties</c> when there is something
/// to say.
/// </summary>
/// <param name="PacketId">The message that is meant.</param>
/// <param name="Reason">What became of it.</param>
internal readonly record struct AcknowledgementPacket(ushort PacketId, byte Reason)
{
    public static AcknowledgementPacket Read(ReadOnlySpan<byte> body, MqttProtocolVersion version)
    {
        var reader = new PacketReader(body);
        var id = reader.PacketId();
        if (version == MqttProtocolVersion.V311 || reader.IsEmpty)
        {
            reader.End();
            return new AcknowledgementPacket(id, Codec.Reason.Success);
        }

        var reason = reader.Byte();
        if (!reader.IsEmpty)
        {
            var properties = new PropertyReader(ref reader, Properties.InAcknowledgement);
            while (properties.Next())
            {
                // What it says is for people; that it is well formed was checked on the way.
            }
        }

        reader.End();
        return new AcknowledgementPacket(id, reason);
    }

    public byte[] Write(PacketType type, MqttProtocolVersion version)
    {
        var answer = new Answer(type, PacketId, version == MqttProtocolVersion.V50 ? Reason : Codec.Reason.Success);
        var packet = new byte[answer.Size];
        answer.Write(packet);
        return packet;
    }
}
