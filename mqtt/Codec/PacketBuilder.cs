using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Plantroom.Mqtt.Codec;

/// <summary>
/// Writes the packets that are rare. Those that are not, PUBLISH and PUBACK, are written straight into the outbound buffer.
/// </summary>
internal sealed class PacketBuilder
{
    private readonly ArrayBufferWriter<byte> body = new(64);

    public ReadOnlySpan<byte> Written => body.WrittenSpan;

    public PacketBuilder Byte(byte value) => Raw([value]);

    public PacketBuilder UInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(body.GetSpan(2), value);
        body.Advance(2);
        return this;
    }

    public PacketBuilder UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(body.GetSpan(4), value);
        body.Advance(4);
        return this;
    }

    public PacketBuilder VariableByteInteger(int value)
    {
        body.Advance(Codec.VariableByteInteger.Write(body.GetSpan(4), value));
        return this;
    }

    public PacketBuilder Raw(ReadOnlySpan<byte> bytes)
    {
        body.Write(bytes);
        return this;
    }

    public PacketBuilder Binary(ReadOnlySpan<byte> bytes) => UInt16(checked((ushort)bytes.Length)).Raw(bytes);

    public PacketBuilder Text(string text) => Binary(Encoding.UTF8.GetBytes(text));

    /// <summary>Writes what another builder has collected as the properties of this packet.</summary>
    public PacketBuilder Properties(PacketBuilder? properties) => Properties(properties is null ? [] : properties.Written);

    public PacketBuilder Properties(ReadOnlySpan<byte> raw) => VariableByteInteger(raw.Length).Raw(raw);

    public PacketBuilder Number(Property property, uint value)
    {
        Byte((byte)property);
        return Codec.Properties.FormOf(property) switch
        {
            PropertyForm.Byte => Byte((byte)value),
            PropertyForm.UInt16 => UInt16((ushort)value),
            PropertyForm.VariableByteInteger => VariableByteInteger((int)value),
            _ => UInt32(value),
        };
    }

    public PacketBuilder NumberUnless(Property property, uint value, uint usual) => value == usual ? this : Number(property, value);

    public PacketBuilder TextIfAny(Property property, string? text) => text is null ? this : Byte((byte)property).Text(text);

    public byte[] Build(PacketType type, byte flags = 0)
    {
        var length = Written.Length;
        var packet = new byte[1 + Codec.VariableByteInteger.Size(length) + length];
        packet[0] = (byte)((byte)type << 4 | flags);
        var at = 1 + Codec.VariableByteInteger.Write(packet.AsSpan(1), length);
        Written.CopyTo(packet.AsSpan(at));
        return packet;
    }
}
