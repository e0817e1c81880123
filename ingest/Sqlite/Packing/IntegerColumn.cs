namespace Plantroom.Ingest.Sqlite.Packing;

/// <summary>
/// A column of integers: each is told by how far it is from what its predecessors let expect (nothing, the same again, or the same step
/// again) and from the usual distance. Columns in which the distance is always the usual one take a few bits.
/// </summary>
internal static class IntegerColumn
{
    /// <summary>The ways of expecting: order 0, 1 or 2 of the differences.</summary>
    private const int Orders = 3;

    /// <summary>How many distances the usual one is looked up in.</summary>
    private const int Sample = 63;

    /// <summary>How a column would be written.</summary>
    /// <param name="Order">Of the differences.</param>
    /// <param name="Usual">The distance that is taken off all of them.</param>
    /// <param name="Bits">About how long it would be.</param>
    public readonly record struct Plan(int Order, long Usual, double Bits);

    /// <summary>The shortest way to write a column.</summary>
    public static Plan Best(ReadOnlySpan<long> column, PackingScratch scratch)
    {
        var best = new Plan(0, 0, double.MaxValue);
        for (var order = 0; order < Math.Min(Orders, column.Length); order++)
        {
            var distances = scratch.Distances(column.Length - order);
            Difference(column, order, distances);
            var usual = Median(distances);
            var bits = Bits(distances, usual, scratch.Histogram) + PackedWriter.LengthOf(usual);
            foreach (var first in column[..order]) bits += PackedWriter.LengthOf(first);
            if (bits < best.Bits) best = new(order, usual, bits);
        }

        return best;
    }

    public static void Write(PackedWriter writer, ReadOnlySpan<long> column, PackingScratch scratch) =>
        Write(writer, column, Best(column, scratch), scratch);

    public static void Write(PackedWriter writer, ReadOnlySpan<long> column, Plan plan, PackingScratch scratch)
    {
        var distances = scratch.Distances(column.Length - plan.Order);
        Difference(column, plan.Order, distances);
        writer.WriteBits((ulong)plan.Order, 2);
        writer.WriteSigned(plan.Usual);
        foreach (var first in column[..plan.Order]) writer.WriteSigned(first);
        var constant = !distances.ContainsAnyExcept(plan.Usual);
        writer.WriteBits(constant ? 1u : 0u, 1);
        if (constant) return;

        var symbols = scratch.Symbols(distances.Length);
        scratch.Histogram.AsSpan().Clear();
        for (var i = 0; i < distances.Length; i++)
            scratch.Histogram[symbols[i] = ZigZag.Symbol(ZigZag.Encode(distances[i] - plan.Usual))]++;
        scratch.Table.Scale(scratch.Histogram, distances.Length);
        scratch.Table.Write(writer);
        writer.WriteSymbols(symbols, scratch.Table);
        for (var i = 0; i < distances.Length; i++)
            if (symbols[i] >= ZigZag.Small)
                WriteMore(writer, symbols[i], ZigZag.Encode(distances[i] - plan.Usual));
    }

    public static void Read(ref PackedReader reader, Span<long> column, PackingScratch scratch)
    {
        var order = (int)reader.ReadBits(2);
        if (order >= Orders || order > column.Length) throw PackedReader.Damaged();
        var usual = reader.ReadSigned();
        for (var i = 0; i < order; i++) column[i] = reader.ReadSigned();
        var distances = column[order..];
        if (reader.ReadBits(1) == 1)
            distances.Fill(usual);
        else
            ReadDistances(ref reader, distances, usual, scratch);
        Sum(column, order);
    }

    private static void ReadDistances(ref PackedReader reader, Span<long> distances, long usual, PackingScratch scratch)
    {
        var symbols = scratch.Symbols(distances.Length);
        scratch.Table.Read(ref reader, distances.Length);
        reader.ReadSymbols(symbols, scratch.Table);
        for (var i = 0; i < symbols.Length; i++)
        {
            var symbol = (int)symbols[i];
            var number = symbol < ZigZag.Small ? (ulong)symbol : ZigZag.Base(symbol) | reader.ReadBits(ZigZag.MoreBits(symbol));
            distances[i] = ZigZag.Decode(number) + usual;
        }
    }

    private static void WriteMore(PackedWriter writer, int symbol, ulong number)
    {
        var count = ZigZag.MoreBits(symbol);
        writer.WriteBits(number & (1UL << count) - 1, count);
    }

    private static void Difference(ReadOnlySpan<long> column, int order, Span<long> distances)
    {
        for (var i = 0; i < distances.Length; i++)
        {
            distances[i] = order switch
            {
                0 => column[i],
                1 => column[i + 1] - column[i],
                _ => column[i + 2] - 2 * column[i + 1] + column[i],
            };
        }
    }

    /// <summary>The inverse of <see cref="Difference"/>, in place.</summary>
    private static void Sum(Span<long> column, int order)
    {
        if (order == 0 || column.Length <= order) return;
        var (value, step) = (column[order - 1], order == 2 ? column[1] - column[0] : 0);
        for (var i = order; i < column.Length; i++)
        {
            if (order == 2)
                value += step += column[i];
            else
                value += column[i];
            column[i] = value;
        }
    }

    private static long Median(ReadOnlySpan<long> distances)
    {
        Span<long> sample = stackalloc long[Math.Min(Sample, distances.Length)];
        for (var i = 0; i < sample.Length; i++) sample[i] = distances[(int)((long)i * distances.Length / sample.Length)];
        sample.Sort();
        return sample[sample.Length / 2];
    }

    /// <summary>About how long distances become: their entropy, and the frequencies that the decoder needs.</summary>
    private static double Bits(ReadOnlySpan<long> distances, long usual, int[] histogram)
    {
        // The final states of the coder, which the columns of a block share.
        const double States = 24;
        if (!distances.ContainsAnyExcept(usual)) return 0;
        histogram.AsSpan().Clear();
        foreach (var distance in distances) histogram[ZigZag.Symbol(ZigZag.Encode(distance - usual))]++;
        var last = histogram.AsSpan().LastIndexOfAnyExcept(0);
        var bits = States + last;
        for (var symbol = 0; symbol <= last; symbol++)
        {
            if (histogram[symbol] == 0) continue;
            var part = (double)histogram[symbol] / distances.Length;
            bits += histogram[symbol] * (ZigZag.MoreBits(symbol) - Math.Log2(part));
            bits += 2 * Math.Log2(1 + part * (1 << SymbolTable.BitsFor(distances.Length)));
        }

        return bits;
    }
}
