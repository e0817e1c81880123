namespace Plantroom.Ingest.Sqlite.Packing;

/// <summary>A column of values: integers, and behind them the few values that are none in the column's scale, as they are.</summary>
internal static class ValueColumn
{
    public static void Write(PackedWriter writer, ReadOnlySpan<double> values, PackingScratch scratch)
    {
        var integers = scratch.First(values.Length);
        var scale = WriteScale(writer, values, integers);
        IntegerColumn.Write(writer, integers, scratch);
        WriteExceptions(writer, values, scale);
    }

    public static void Read(ref PackedReader reader, Span<double> values, PackingScratch scratch)
    {
        var integers = scratch.First(values.Length);
        var scale = ReadScale(ref reader);
        IntegerColumn.Read(ref reader, integers, scratch);
        scale.Decode(integers, values);
        ReadExceptions(ref reader, values);
    }

    /// <summary>Makes integers of values and writes how; an exception becomes what stands before it, so that it takes no room.</summary>
    public static ValueScale WriteScale(PackedWriter writer, ReadOnlySpan<double> values, Span<long> integers)
    {
        var scale = ValueScale.Of(values);
        writer.WriteBits((ulong)scale.Form, 2);
        writer.WriteBits((ulong)scale.Digits, 6);
        for (var i = 0; i < values.Length; i++)
            if (!scale.TryEncode(values[i], out integers[i]))
                integers[i] = i > 0 ? integers[i - 1] : 0;
        return scale;
    }

    public static ValueScale ReadScale(ref PackedReader reader)
    {
        var scale = new ValueScale((ValueForm)reader.ReadBits(2), (int)reader.ReadBits(6));
        return scale.IsKnown ? scale : throw PackedReader.Damaged();
    }

    /// <summary>How many exceptions, and of each its index (32 bits) and the value (64 bits).</summary>
    public static void WriteExceptions(PackedWriter writer, ReadOnlySpan<double> values, ValueScale scale)
    {
        var left = 0;
        foreach (var value in values)
            if (!scale.TryEncode(value, out _))
                left++;
        writer.WriteNumber((ulong)left);
        for (var i = 0; left > 0; i++)
        {
            if (scale.TryEncode(values[i], out _)) continue;
            writer.WriteBits((ulong)i, 32);
            writer.WriteBits(BitConverter.DoubleToUInt64Bits(values[i]), 64);
            left--;
        }
    }

    public static void ReadExceptions(ref PackedReader reader, Span<double> values)
    {
        for (var left = reader.ReadNumber(); left > 0; left--)
        {
            var index = reader.ReadBits(32);
            if (index >= (ulong)values.Length) throw PackedReader.Damaged();
            values[(int)index] = BitConverter.UInt64BitsToDouble(reader.ReadBits(64));
        }
    }
}
