using System.Numerics;
using System.Runtime.CompilerServices;

namespace Plantroom.Ingest.Sqlite.Packing;

/// <summary>Integers as a symbol and a few more bits: small ones are symbols of their own, large ones share one with their neighbours.</summary>
internal static class ZigZag
{
    /// <summary>Numbers below it are their own symbols.</summary>
    public const int Small = 16;

    /// <summary>0, -1, 1, -2, 2, ... become 0, 1, 2, 3, 4, ...</summary>
    public static ulong Encode(long value) => (ulong)(value << 1 ^ value >> 63);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Decode(ulong number) => (long)(number >> 1) ^ -(long)(number & 1);

    /// <summary>The symbol of a number: from 16 on its length in bits and the two bits behind the highest.</summary>
    public static byte Symbol(ulong number)
    {
        if (number < Small) return (byte)number;
        var length = 64 - BitOperations.LeadingZeroCount(number);
        return (byte)(Small + (length - 5) * 4 + (int)(number >> (length - 3) & 3));
    }

    /// <summary>How many bits of a number its symbol leaves out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int MoreBits(int symbol) => symbol < Small ? 0 : (symbol - Small >> 2) + 2;

    /// <summary>The smallest number of a symbol that is not small.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Base(int symbol) => (ulong)(4 | symbol & 3) << MoreBits(symbol);
}
