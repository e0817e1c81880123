namespace Plantroom.Ingest.Sqlite.Packing;

/// <summary>
/// A column of times, in ms. Devices report in step with a clock, a little late: such times are told as steps of a unit and how much each is
/// off. Both are columns of their own, so that a lateness that is always the same takes no room.
/// </summary>
internal static class TimeColumn
{
    /// <summary>The units that are tried, by their number; the first one has nothing to be off.</summary>
    private static readonly long[] Units = [1, 100, 1000, 60_000];

    public static void Write(PackedWriter writer, ReadOnlySpan<long> times, PackingScratch scratch)
    {
        var (best, bits) = (0, double.MaxValue);
        var steps = scratch.First(times.Length);
        var offs = scratch.Second(times.Length);
        for (var i = 0; i < Units.Length; i++)
        {
            if (!Split(times, Units[i], steps, offs)) continue;
            var length = IntegerColumn.Best(steps, scratch).Bits + (i == 0 ? 0 : IntegerColumn.Best(offs, scratch).Bits);
            if (length < bits) (best, bits) = (i, length);
        }

        Split(times, Units[best], steps, offs);
        writer.WriteBits((ulong)best, 2);
        writer.WriteSigned(times[0]);
        IntegerColumn.Write(writer, steps, scratch);
        if (best > 0) IntegerColumn.Write(writer, offs, scratch);
    }

    public static void Read(ref PackedReader reader, Span<long> times, PackingScratch scratch)
    {
        var unit = Units[reader.ReadBits(2)];
        var start = reader.ReadSigned();
        IntegerColumn.Read(ref reader, times, scratch);
        var offs = scratch.Second(times.Length);
        offs.Clear();
        if (unit > 1) IntegerColumn.Read(ref reader, offs, scratch);
        for (var i = 0; i < times.Length; i++) times[i] = start + times[i] * unit + offs[i];
    }

    /// <summary>False when the times are too far apart to be split.</summary>
    private static bool Split(ReadOnlySpan<long> times, long unit, Span<long> steps, Span<long> offs)
    {
        for (var i = 0; i < times.Length; i++)
        {
            var since = times[i] - times[0];
            if (unit > 1 && Math.Abs((double)times[i] - times[0]) > long.MaxValue / 4) return false;
            steps[i] = Math.DivRem(since + unit / 2, unit, out var rest);
            if (rest < 0) (steps[i], rest) = (steps[i] - 1, rest + unit);
            offs[i] = rest - unit / 2;
        }

        return true;
    }
}
