namespace Plantroom.Mqtt.Codec;

/// <summary>A step of an extended authentication (MQTT 5.0 section 3.15): <c>[ reason │ properties ]</c>.</summary>
internal sealed record AuthPacket(byte Reason, string? Method)
{
    public static AuthPacket Read(ReadOnlySpan<byte> body)
    {
        var reader = new PacketReader(body);
        if (reader.IsEmpty) return new AuthPacket(Codec.Reason.Success, null);
        var packet = new AuthPacket(reader.Byte(), null);
        var properties = new PropertyReader(ref reader, Properties.InAuth);
        while (properties.Next())
        {
            if (properties.Id == Property.AuthenticationMethod) packet = packet with { Method = properties.Text };
        }

        reader.End();
        return packet;
    }
}
