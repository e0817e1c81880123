using System.Buffers.Binary;

namespace Plantroom.Mqtt.Codec;

/// <summary>
/// A PUBACK, PUBREC, PUBREL or PUBCOMP to send, as a value: <c>type │ 2 │ packet id</c> when all is well, in both versions, and in 5.0
/// <c>type │ 3 │ packet id │ reason</c> when it is not. 3.1.1 has no word for the latter.
/// </summary>
internal readonly record struct Answer(PacketType Type, ushort PacketId, byte Reason = Reason.Success)
{
    /// <summary>The bytes of the longest one.</summary>
    public const int MaximumSize = 5;

    public int Size => Reason == Codec.Reason.Success ? 4 : MaximumSize;

    /// <summary>Whether it ends the exchange of its message.</summary>
    public bool IsLast => Type is PacketType.Puback or PacketType.Pubcomp || Reason >= Codec.Reason.Unspecified;

    /// <returns>How many bytes were written.</returns>
    public int Write(Span<byte> target)
    {
        target[0] = (byte)((byte)Type << 4 | (Type == PacketType.Pubrel ? 2 : 0));
        target[1] = (byte)(Size - 2);
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], PacketId);
        if (Reason != Codec.Reason.Success) target[4] = Reason;
        return Size;
    }
}
