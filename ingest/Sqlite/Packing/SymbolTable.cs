using System.Numerics;

namespace Plantroom.Ingest.Sqlite.Packing;

/// <summary>
/// How often each symbol of a column occurs, in parts of 2^<see cref="Bits"/>: what the entropy coder shares its bits out by. Kept and used
/// again.
/// </summary>
internal sealed class SymbolTable
{
    /// <summary>More would not make columns of thousands noticeably smaller, and the decoder's table would leave the fastest cache.</summary>
    public const int MostBits = 12;

    public const int Symbols = 256;

    private readonly int[] counts = new int[Symbols];
    private readonly ushort[] starts = new ushort[Symbols];

    /// <summary>The parts are 2^this.</summary>
    public int Bits { get; private set; }

    /// <summary>By slot: symbol (8 bits), its frequency - 1 (12 bits), the slot's number within the symbol (12 bits).</summary>
    public uint[] Slots { get; } = new uint[1 << MostBits];

    public int Frequency(byte symbol) => counts[symbol];

    public int Start(byte symbol) => starts[symbol];

    /// <summary>The bits for a column of a length: at least as many parts as there can be different symbols.</summary>
    public static int BitsFor(int count) => Math.Clamp(BitOperations.Log2((uint)count * 2 - 1), 1, MostBits);

    /// <summary>Scales counted symbols to parts of the whole; every symbol that occurs gets at least one.</summary>
    /// <param name="histogram">How often each symbol occurs, <see cref="Symbols"/> of them.</param>
    /// <param name="total">Their sum.</param>
    public void Scale(ReadOnlySpan<int> histogram, int total)
    {
        Bits = BitsFor(total);
        var (size, sum) = (1 << Bits, 0);
        for (var i = 0; i < Symbols; i++)
        {
            var parts = ((long)histogram[i] * size + total / 2) / total;
            counts[i] = histogram[i] == 0 ? 0 : Math.Max(1, (int)parts);
            sum += counts[i];
        }

        // What rounding has left over goes to the most frequent ones, where it matters least.
        for (var step = Math.Sign(size - sum); sum != size; sum += step) counts[Largest()] += step;
        PlaceOneBehindTheOther();
    }

    /// <summary>Elias gamma codes of frequency + 1 up to the last symbol that occurs.</summary>
    public void Write(PackedWriter writer)
    {
        var last = counts.AsSpan().LastIndexOfAnyExcept(0);
        writer.WriteBits((ulong)last, 8);
        foreach (var count in counts.AsSpan(0, last + 1))
        {
            var length = BitOperations.Log2((uint)count + 1);
            writer.WriteBits(0, length);
            writer.WriteBits(1, 1);
            writer.WriteBits((ulong)(count + 1 - (1 << length)), length);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote, for a column of a length.</summary>
    public void Read(ref PackedReader reader, int count)
    {
        Bits = BitsFor(count);
        Array.Clear(counts);
        var (last, left) = ((int)reader.ReadBits(8), 1 << Bits);
        for (var i = 0; i <= last; i++)
        {
            var length = 0;
            while (reader.ReadBits(1) == 0)
                if (++length > MostBits)
                    throw PackedReader.Damaged();
            counts[i] = (1 << length) - 1 + (int)reader.ReadBits(length);
            left -= counts[i];
            if (left < 0) throw PackedReader.Damaged();
        }

        if (left != 0) throw PackedReader.Damaged();
        PlaceOneBehindTheOther();
        FillSlots();
    }

    private int Largest()
    {
        var largest = 0;
        for (var i = 1; i < Symbols; i++)
            if (counts[i] > counts[largest])
                largest = i;
        return largest;
    }

    private void PlaceOneBehindTheOther()
    {
        var start = 0;
        for (var i = 0; i < Symbols; i++)
        {
            starts[i] = (ushort)start;
            start += counts[i];
        }
    }

    private void FillSlots()
    {
        for (var symbol = 0; symbol < Symbols; symbol++)
        {
            var slots = Slots.AsSpan(starts[symbol], counts[symbol]);
            var entry = (uint)symbol | (uint)(counts[symbol] - 1) << 8;
            for (var i = 0; i < slots.Length; i++) slots[i] = entry | (uint)i << 20;
        }
    }
}
