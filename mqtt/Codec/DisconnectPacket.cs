namespace Plantroom.Mqtt.Codec;

/// <summary>
/// The last packet of a connection (MQTT 5.0 section 3.14): nothing in 3.1.1; <c>[ reason │ [ properties ] ]</c> in 5.0, where only the
/// broker's may carry a reason string of ours.
/// </summary>
internal sealed record DisconnectPacket(byte Reason, uint? SessionExpiry = null, string? ReasonString = null)
{
    public static DisconnectPacket Read(ReadOnlySpan<byte> body, MqttProtocolVersion version)
    {
        var reader = new PacketReader(body);
        if (version == MqttProtocolVersion.V311 || reader.IsEmpty)
        {
            reader.End();
            return new DisconnectPacket(Codec.Reason.Success);
        }

        var packet = new DisconnectPacket(reader.Byte());
        if (!reader.IsEmpty)
        {
            var properties = new PropertyReader(ref reader, Properties.InDisconnect);
            while (properties.Next())
            {
                if (properties.Id == Property.SessionExpiryInterval) packet = packet with { SessionExpiry = properties.Number };
                if (properties.Id == Property.ReasonString) packet = packet with { ReasonString = properties.Text };
            }
        }

        reader.End();
        return packet;
    }

    public byte[] Write(MqttProtocolVersion version)
    {
        var builder = new PacketBuilder();
        if (version == MqttProtocolVersion.V311) return builder.Build(PacketType.Disconnect);
        var properties = new PacketBuilder();
        if (SessionExpiry is { } expiry) properties.Number(Property.SessionExpiryInterval, expiry);
        properties.TextIfAny(Property.ReasonString, ReasonString);
        if (Reason != Codec.Reason.Success || properties.Written.Length > 0) builder.Byte(Reason);
        if (properties.Written.Length > 0) builder.Properties(properties);
        return builder.Build(PacketType.Disconnect);
    }
}
