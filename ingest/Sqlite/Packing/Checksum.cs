using System.Buffers.Binary;
using System.Numerics;

namespace Plantroom.Ingest.Sqlite.Packing;

/// <summary>CRC-32C (Castagnoli), for which processors have an instruction. Finds every change of up to 32 bits in a row.</summary>
internal static class Checksum
{
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= 8; bytes = bytes[8..]) crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var b in bytes) crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
