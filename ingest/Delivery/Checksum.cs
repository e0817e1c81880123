using System.Buffers.Binary;
using System.Numerics;

namespace Plantroom.Ingest.Delivery;

/// <summary>CRC-32C (Castagnoli), as iSCSI and ext4 use it; one instruction for eight bytes on today's processors.</summary>
internal static class Checksum
{
    /// <summary>Of two pieces one behind the other.</summary>
    public static uint Of(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second = default) => ~Add(Add(uint.MaxValue, first), second);

    private static uint Add(uint crc, ReadOnlySpan<byte> data)
    {
        while (data.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(data));
            data = data[sizeof(ulong)..];
        }

        foreach (var b in data) crc = BitOperations.Crc32C(crc, b);
        return crc;
    }
}
