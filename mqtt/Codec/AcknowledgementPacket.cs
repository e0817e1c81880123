using System.Buffers.Binary;

namespace Plantroom.Mqtt.Codec;

/// <summary>
/// PUBACK and its kin (MQTT 5.0 section 3.4): <c>type, 2 │ packet id</c>, and in 5.0 <c>│ reason │ properties</c> when there is something
/// to say.
/// </summary>
/// <param name="PacketId">The message that is meant.</param>
/// <param name="Reason">What became of it.</param>
internal readonly record struct AcknowledgementPacket(ushort PacketId, byte Reason)
{
    /// <summary>The bytes of a PUBACK that says that all is well, in both versions.</summary>
    public const int SuccessSize = 4;

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

    public static void WriteSuccess(Span<byte> target, ushort packetId)
    {
        target[0] = (byte)PacketType.Puback << 4;
        target[1] = 2;
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], packetId);
    }

    public byte[] Write(PacketType type, MqttProtocolVersion version)
    {
        var builder = new PacketBuilder().UInt16(PacketId);
        if (version == MqttProtocolVersion.V50 && Reason != Codec.Reason.Success) builder.Byte(Reason);
        return builder.Build(type, type == PacketType.Pubrel ? (byte)2 : (byte)0);
    }
}
