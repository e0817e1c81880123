using System.Buffers.Binary;
using System.Text;

namespace Plantroom.Mqtt.Codec;

/// <summary>Reads the primitive types of MQTT 5.0 section 1.5 from the body of one packet, front to back.</summary>
internal ref struct PacketReader(ReadOnlySpan<byte> body)
{
    private ReadOnlySpan<byte> rest = body;

    /// <summary>What is not read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => rest;

    public readonly bool IsEmpty => rest.IsEmpty;

    public byte Byte()
    {
        if (rest.IsEmpty) Broken.Packet("a packet ends before its fields do");
        var value = rest[0];
        rest = rest[1..];
        return value;
    }

    public ushort UInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public uint UInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public uint VariableByteInteger()
    {
        var length = Codec.VariableByteInteger.Read(rest, out var value);
        if (length == 0) Broken.Packet("a variable byte integer has no end");
        rest = rest[length..];
        return value;
    }

    public ReadOnlySpan<byte> Binary() => Take(UInt16());

    /// <summary>A UTF-8 string, as bytes, checked.</summary>
    public ReadOnlySpan<byte> Utf8()
    {
        var bytes = Binary();
        if (!IsText(bytes)) Broken.Packet("a string is not UTF-8 or contains U+0000");
        return bytes;
    }

    public string Text() => Encoding.UTF8.GetString(Utf8());

    /// <summary>An identifier of a packet; 0 is not one (MQTT 5.0 section 2.2.1).</summary>
    public ushort PacketId()
    {
        var id = UInt16();
        if (id == 0) Broken.Protocol("packet identifier 0");
        return id;
    }

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > rest.Length) Broken.Packet("a packet ends before its fields do");
        var taken = rest[..count];
        rest = rest[count..];
        return taken;
    }

    public readonly void End()
    {
        if (!rest.IsEmpty) Broken.Packet("a packet goes on after its last field");
    }

    /// <summary>Whether bytes may stand for a string (MQTT 5.0 section 1.5.4).</summary>
    public static bool IsText(ReadOnlySpan<byte> bytes) =>
        System.Text.Unicode.Utf8.IsValid(bytes) && !bytes.Contains((byte)0);
}
