using System.Runtime.InteropServices;

namespace Plantroom.Ingest.Sqlite.Packing;

/// <summary>How the windows of a roll-up are packed into bytes. Described in docs/formats/history-file.md.</summary>
internal static class RollupFormat
{
    /// <summary>The most windows of a roll-up.</summary>
    public const int MostWindows = 1 << 16;

    private const byte Version = 1;

    /// <summary>Packs windows, in the order of time; 1 to <see cref="MostWindows"/>. Times are whole milliseconds.</summary>
    /// <param name="windows">What to pack. Short when the summaries went through <see cref="RollupRounding"/>.</param>
    /// <param name="withRise">Whether the rise is kept: only counters have one that means anything; others read back 0.</param>
    public static byte[] Pack(ReadOnlySpan<RollupWindow> windows, bool withRise)
    {
        ArgumentOutOfRangeException.ThrowIfZero(windows.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(windows.Length, MostWindows);
        var scratch = PackingScratch.OfThread;
        var writer = scratch.Writer;
        writer.Begin(Version, windows.Length);
        writer.WriteBits(withRise ? 1u : 0u, 1);
        WriteTimes(writer, windows, scratch);
        WriteValues(writer, windows, withRise, scratch);
        return writer.End();
    }

    /// <summary>Unpacks windows behind those that are in the list.</summary>
    /// <exception cref="InvalidDataException">The bytes are not what <see cref="Pack"/> made.</exception>
    public static void Unpack(ReadOnlySpan<byte> packed, List<RollupWindow> into)
    {
        var scratch = PackingScratch.OfThread;
        var reader = new PackedReader(packed, Version, MostWindows);
        var withRise = reader.ReadBits(1) == 1;
        var columns = new RollupColumns(scratch, reader.Count);
        TimeColumn.Read(ref reader, columns.Starts, scratch);
        IntegerColumn.Read(ref reader, columns.Lengths, scratch);
        IntegerColumn.Read(ref reader, columns.Counts, scratch);
        TimeColumn.Read(ref reader, columns.FirstAfter, scratch);
        TimeColumn.Read(ref reader, columns.LastBefore, scratch);
        var scale = ValueColumn.ReadScale(ref reader);
        for (var i = 0; i < RollupColumns.ValueColumns; i++)
            if (withRise || i != RollupColumns.Rise)
                IntegerColumn.Read(ref reader, columns.Integers(i), scratch);
        columns.Integrate(scale, withRise);
        scale.Decode(columns.AllIntegers, columns.AllValues);
        ValueColumn.ReadExceptions(ref reader, columns.AllValues);
        columns.CheckTimes();

        var before = into.Count;
        CollectionsMarshal.SetCount(into, before + reader.Count);
        var windows = CollectionsMarshal.AsSpan(into)[before..];
        for (var i = 0; i < windows.Length; i++) windows[i] = columns.Window(i, withRise);
    }

    private static void WriteTimes(PackedWriter writer, ReadOnlySpan<RollupWindow> windows, PackingScratch scratch)
    {
        var columns = new RollupColumns(scratch, windows.Length);
        for (var i = 0; i < windows.Length; i++) columns.SetTimes(i, windows[i]);
        TimeColumn.Write(writer, columns.Starts, scratch);
        IntegerColumn.Write(writer, columns.Lengths, scratch);
        IntegerColumn.Write(writer, columns.Counts, scratch);
        TimeColumn.Write(writer, columns.FirstAfter, scratch);
        TimeColumn.Write(writer, columns.LastBefore, scratch);
    }

    private static void WriteValues(PackedWriter writer, ReadOnlySpan<RollupWindow> windows, bool withRise, PackingScratch scratch)
    {
        var columns = new RollupColumns(scratch, windows.Length);
        for (var i = 0; i < windows.Length; i++) columns.SetValues(i, windows[i].Summary, withRise);
        var scale = ValueColumn.WriteScale(writer, columns.AllValues, columns.AllIntegers);
        columns.Differentiate(scale, withRise);
        for (var i = 0; i < RollupColumns.ValueColumns; i++)
            if (withRise || i != RollupColumns.Rise)
                IntegerColumn.Write(writer, columns.Integers(i), scratch);
        ValueColumn.WriteExceptions(writer, columns.AllValues, scale);
    }
}
