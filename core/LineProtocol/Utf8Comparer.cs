using System.Numerics;
using System.Runtime.InteropServices;

namespace Plantroom;

/// <summary>Compares names in UTF-8, so that they are looked up straight from a receive buffer. Salted: a sender cannot make it slow.</summary>
internal sealed class Utf8Comparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    private readonly ulong salt = (ulong)Random.Shared.NextInt64();

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

    /// <summary>Eight bytes at a time, multiplied and folded: names are short, and the time of a look-up is mostly this.</summary>
    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        var hash = salt ^ (ulong)alternate.Length;
        for (; alternate.Length >= 8; alternate = alternate[8..]) hash = Fold(hash ^ MemoryMarshal.Read<ulong>(alternate));
        var rest = 0UL;
        foreach (var b in alternate) rest = (rest << 8) | b;
        hash = Fold(hash ^ rest);
        return (int)(hash ^ BitOperations.RotateRight(hash, 32));
    }

    private static ulong Fold(ulong value)
    {
        var high = Math.BigMul(value, 0x9E37_79B9_7F4A_7C15, out var low);
        return high ^ low;
    }
}
