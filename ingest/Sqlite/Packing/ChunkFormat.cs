namespace Plantroom.Ingest.Sqlite.Packing;

/// <summary>How the readings of a chunk are packed into bytes. Described in docs/formats/history-file.md.</summary>
internal static class ChunkFormat
{
    /// <summary>The most readings of a chunk.</summary>
    public const int MostReadings = 1 << 16;

    private const byte Version = 1;

    /// <summary>Packs readings; 1 to <see cref="MostReadings"/>.</summary>
    public static byte[] Pack(ReadOnlySpan<long> times, ReadOnlySpan<double> values, ReadOnlySpan<byte> qualities)
    {
        ArgumentOutOfRangeException.ThrowIfZero(times.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(times.Length, MostReadings);
        var scratch = PackingScratch.OfThread;
        var writer = scratch.Writer;
        writer.Begin(Version, times.Length);
        TimeColumn.Write(writer, times, scratch);
        ValueColumn.Write(writer, values, scratch);
        var integers = scratch.First(qualities.Length);
        for (var i = 0; i < integers.Length; i++) integers[i] = qualities[i];
        IntegerColumn.Write(writer, integers, scratch);
        return writer.End();
    }

    /// <summary>Unpacks readings.</summary>
    /// <exception cref="InvalidDataException">The bytes are not what <see cref="Pack"/> made.</exception>
    public static void Unpack(ReadOnlySpan<byte> packed, ChunkBuffer into)
    {
        into.Clear();
        var scratch = PackingScratch.OfThread;
        var reader = new PackedReader(packed, Version, MostReadings);
        into.Reserve(reader.Count);
        TimeColumn.Read(ref reader, into.Times.AsSpan(0, reader.Count), scratch);
        ValueColumn.Read(ref reader, into.Values.AsSpan(0, reader.Count), scratch);
        var integers = scratch.First(reader.Count);
        IntegerColumn.Read(ref reader, integers, scratch);
        var qualities = into.Qualities.AsSpan(0, reader.Count);
        for (var i = 0; i < qualities.Length; i++) qualities[i] = (byte)integers[i];
        into.Count = reader.Count;
    }
}
