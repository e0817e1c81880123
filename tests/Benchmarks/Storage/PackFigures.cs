using System.Diagnostics;
using Plantroom.Ingest.Sqlite;
using Plantroom.Ingest.Sqlite.Packing;

namespace Plantroom.Benchmarks.Storage;

/// <summary>What packing the readings of points took.</summary>
internal sealed class PackFigures
{
    private const int LargeChunk = 4096;
    private const int SmallChunk = 512;

    public long Readings { get; private set; }

    /// <summary>Bytes in chunks of 4,096 readings.</summary>
    public double Large { get; private set; }

    /// <summary>Bytes in chunks of 512 readings.</summary>
    public double Small { get; private set; }

    /// <summary>Bytes of the quarter hours, hours and days.</summary>
    public double Rollups { get; private set; }

    public TimeSpan Pack { get; private set; }

    public TimeSpan Unpack { get; private set; }

    public void Add(PackFigures other)
    {
        Readings += other.Readings;
        Large += other.Large;
        Small += other.Small;
        Rollups += other.Rollups;
        Pack += other.Pack;
        Unpack += other.Unpack;
    }

    public void Add(ChunkBuffer readings, bool isCounter)
    {
        Readings += readings.Count;
        Small += Chunks(readings, SmallChunk).Sum(static c => c.Length);
        var begun = Stopwatch.GetTimestamp();
        var chunks = Chunks(readings, LargeChunk);
        Pack += Stopwatch.GetElapsedTime(begun);
        Large += chunks.Sum(static c => c.Length);

        var into = new ChunkBuffer();
        ChunkFormat.Unpack(chunks[0], into);
        begun = Stopwatch.GetTimestamp();
        foreach (var chunk in chunks) ChunkFormat.Unpack(chunk, into);
        Unpack += Stopwatch.GetElapsedTime(begun);
    }

    private static List<byte[]> Chunks(ChunkBuffer readings, int size)
    {
        var chunks = new List<byte[]>();
        for (var i = 0; i < readings.Count; i += size)
        {
            var count = Math.Min(size, readings.Count - i);
            chunks.Add(ChunkFormat.Pack(readings.Times.AsSpan(i, count), readings.Values.AsSpan(i, count), readings.Qualities.AsSpan(i, count)));
        }

        return chunks;
    }
}
