using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Plantroom.Ingest.Sqlite.Packing;

/// <summary>Reads what <see cref="PackedWriter"/> wrote. Nothing is read beyond the block, whatever its bytes say.</summary>
internal ref struct PackedReader
{
    private const int Ends = 4;
    private readonly ReadOnlySpan<byte> block;
    private int bit;
    private int back;
    private bool started;
    private uint even;
    private uint odd;

    /// <param name="packed">The block.</param>
    /// <param name="version">The only version that is known.</param>
    /// <param name="most">The most elements that a block may have.</param>
    /// <exception cref="InvalidDataException">The bytes are damaged, or of another version.</exception>
    public PackedReader(ReadOnlySpan<byte> packed, byte version, int most)
    {
        if (packed.Length <= Ends || Checksum.Of(packed[..^Ends]) != BinaryPrimitives.ReadUInt32LittleEndian(packed[^Ends..])) throw Damaged();
        block = packed[..^Ends];
        back = block.Length;
        if (ReadBits(8) != version) throw new InvalidDataException($"A block has version {packed[0]}, made by a newer Plantroom.");
        var shift = 0;
        ulong next;
        do
        {
            next = ReadBits(8);
            Count |= (int)(next & 0x7F) << shift;
            shift += 7;
        }
        while (next >= 0x80 && shift < 28);
        if (Count <= 0 || Count > most) throw Damaged();
    }

    /// <summary>How many elements there are.</summary>
    public int Count { get; }

    public static InvalidDataException Damaged() => new("A block of stored readings is damaged.");

    /// <summary>The next bits, 0 to 64.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong ReadBits(int count)
    {
        var at = bit >> 3;
        if (count > 56 || at + 8 > block.Length) return ReadSlowly(count);
        var value = BinaryPrimitives.ReadUInt64LittleEndian(block[at..]) >> (bit & 7) & ((1UL << count) - 1);
        bit += count;
        return value;
    }

    public ulong ReadNumber()
    {
        var count = (int)ReadBits(7);
        return count > 64 ? throw Damaged() : ReadBits(count);
    }

    public long ReadSigned() => ZigZag.Decode(ReadNumber());

    /// <summary>Reads the symbols of a column.</summary>
    public void ReadSymbols(Span<byte> column, SymbolTable table)
    {
        if (!started)
        {
            odd = ReadState();
            even = ReadState();
            started = true;
        }

        var (first, second, bits, mask) = (even, odd, table.Bits, (1u << table.Bits) - 1);
        var slots = table.Slots.AsSpan(0, 1 << table.Bits);
        var i = 0;
        for (; i + 1 < column.Length; i += 2)
        {
            column[i] = Take(ref first, slots, bits, mask);
            column[i + 1] = Take(ref second, slots, bits, mask);
        }

        if (i < column.Length) column[i] = Take(ref first, slots, bits, mask);
        (even, odd) = (first, second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte Take(ref uint state, ReadOnlySpan<uint> slots, int bits, uint mask)
    {
        var slot = slots[(int)(state & mask)];
        state = ((slot >> 8 & 0xFFF) + 1) * (state >> bits) + (slot >> 20);
        if (state < PackedWriter.LowestState) state = state << 16 | ReadWord();
        return (byte)slot;
    }

    private uint ReadState()
    {
        var high = ReadWord();
        return high << 16 | ReadWord();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint ReadWord()
    {
        back -= 2;
        return back < 0 ? throw Damaged() : BinaryPrimitives.ReadUInt16LittleEndian(block[back..]);
    }

    /// <summary>Bit by bit, for long numbers and near the end.</summary>
    private ulong ReadSlowly(int count)
    {
        if (bit + count > block.Length * 8) throw Damaged();
        var value = 0UL;
        for (var i = 0; i < count; i++, bit++) value |= (ulong)(block[bit >> 3] >> (bit & 7) & 1) << i;
        return value;
    }
}
