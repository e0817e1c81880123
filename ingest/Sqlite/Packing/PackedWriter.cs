using System.Buffers.Binary;
using System.Numerics;

namespace Plantroom.Ingest.Sqlite.Packing;

/// <summary>
/// Writes a block: bits from the front, and symbols by an entropy coder (rANS) whose words stand at the back. Kept and used again.
/// <code>
/// | version | count  | bits, the lowest first → | ← words of the coder | CRC-32C |
/// | 1 byte  | varint | filled up to a byte      | 16 bits each         | 4 bytes |
/// </code>
/// </summary>
internal sealed class PackedWriter
{
    /// <summary>The states of the coder are at least this and below its square.</summary>
    public const uint LowestState = 1 << 16;

    private byte[] bytes = new byte[1 << 12];
    private int length;
    private ulong pendingBits;
    private int pendingCount;
    private uint[] symbols = new uint[1 << 12];
    private int symbolCount;

    /// <summary>How many bits <see cref="WriteSigned"/> needs.</summary>
    public static int LengthOf(long value) => 7 + 64 - BitOperations.LeadingZeroCount(ZigZag.Encode(value));

    /// <summary>Begins a block.</summary>
    public void Begin(byte version, int count)
    {
        (length, pendingBits, pendingCount, symbolCount) = (0, 0, 0, 0);
        WriteBits(version, 8);
        var left = (uint)count;
        for (; left >= 0x80; left >>= 7) WriteBits(left & 0x7F | 0x80, 8);
        WriteBits(left, 8);
    }

    /// <summary>Appends the low bits of a number; 0 to 64.</summary>
    public void WriteBits(ulong value, int count)
    {
        if (count > 32)
        {
            WriteBits(value & uint.MaxValue, 32);
            (value, count) = (value >> 32, count - 32);
        }

        pendingBits |= value << pendingCount;
        pendingCount += count;
        if (pendingCount >= 32) Flush(4);
    }

    /// <summary>A number of any size: 7 bits say how many bits follow.</summary>
    public void WriteNumber(ulong value)
    {
        var count = 64 - BitOperations.LeadingZeroCount(value);
        WriteBits((ulong)count, 7);
        WriteBits(value, count);
    }

    /// <summary>A number that may be negative.</summary>
    public void WriteSigned(long value) => WriteNumber(ZigZag.Encode(value));

    /// <summary>Appends symbols of a column, to be coded by their frequencies.</summary>
    public void WriteSymbols(ReadOnlySpan<byte> column, SymbolTable table)
    {
        if (symbols.Length < symbolCount + column.Length) Array.Resize(ref symbols, Math.Max(symbolCount + column.Length, symbols.Length * 2));
        for (var i = 0; i < column.Length; i++)
        {
            symbols[symbolCount++] = (uint)table.Start(column[i]) | (uint)(table.Frequency(column[i]) - 1) << 12
                | (uint)table.Bits << 24 | (uint)(i & 1) << 28;
        }
    }

    /// <summary>Ends the block.</summary>
    public byte[] End()
    {
        while (pendingCount > 0) Flush(1);
        Reserve(symbolCount * 2 + 16);
        if (symbolCount > 0) EncodeSymbols();
        var block = new byte[length + 4];
        bytes.AsSpan(0, length).CopyTo(block);
        BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(length), Checksum.Of(block.AsSpan(0, length)));
        return block;
    }

    /// <summary>The last symbol first, because the decoder takes off first what was put on last.</summary>
    private void EncodeSymbols()
    {
        Span<uint> states = [LowestState, LowestState];
        for (var i = symbolCount - 1; i >= 0; i--)
        {
            var symbol = symbols[i];
            var (start, frequency, bits) = (symbol & 0xFFF, (symbol >> 12 & 0xFFF) + 1, (int)(symbol >> 24 & 0xF));
            ref var state = ref states[(int)(symbol >> 28)];
            if (state >= (ulong)frequency << (32 - bits))
            {
                WriteWord(state);
                state >>= 16;
            }

            var (quotient, remainder) = Math.DivRem(state, frequency);
            state = (quotient << bits) + remainder + start;
        }

        foreach (var state in states)
        {
            WriteWord(state);
            WriteWord(state >> 16);
        }
    }

    private void WriteWord(uint value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(length), (ushort)value);
        length += 2;
    }

    private void Flush(int count)
    {
        Reserve(8);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(length), pendingBits);
        length += count;
        pendingBits >>= count * 8;
        pendingCount -= count * 8;
    }

    private void Reserve(int count)
    {
        if (bytes.Length < length + count) Array.Resize(ref bytes, Math.Max(length + count, bytes.Length * 2));
    }
}
