using System.Buffers.Binary;

namespace Plantroom.Ingest.Delivery;

/// <summary>
/// The end of a finished file of the spool: what is in it, so that a start need not read it. A file without it was being written when the
/// process or the machine went down.
/// <code>
///  0      4          8          16              24             32
///  | mark | end u32  | readings | first arrival | last arrival | CRC u32 |
/// </code>
/// </summary>
/// <param name="End">Where the records end.</param>
/// <param name="Readings">How many readings they hold.</param>
/// <param name="First">When the first came in, milliseconds since 1970 UTC.</param>
/// <param name="Last">When the last came in.</param>
internal readonly record struct SpoolSeal(long End, long Readings, long First, long Last)
{
    /// <summary>Its size.</summary>
    public const int Size = 36;

    private static ReadOnlySpan<byte> Mark => [0xF5, (byte)'E', (byte)'N', (byte)'D'];

    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        Mark.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), (uint)End);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), Readings);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), First);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), Last);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(32), Checksum.Of(bytes.AsSpan(0, 32)));
        return bytes;
    }

    /// <summary>Reads the seal of a file from its last bytes; false when it has none that fits its size.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, long fileLength, out SpoolSeal seal)
    {
        seal = default;
        if (bytes.Length != Size || !bytes.StartsWith(Mark)) return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[32..]) != Checksum.Of(bytes[..32])) return false;
        seal = new(
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]));
        return seal.End == fileLength - Size;
    }
}
