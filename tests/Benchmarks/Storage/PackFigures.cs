using System.Diagnostics;
using Plantroom.Ingest.Sqlite;
using Plantroom.Ingest.Sqlite.Packing;

namespace Plantroom.Benchmarks.Storage;

/// <summary>What packing the readings of points took.</summary>
internal sealed class PackFigures
{
    private const int LargeChunk = 4096;
    private const int SmallChunk = 512;

    /// <summary>Quarter hours, hours and days, and how many of them there are in a row at most.</summary>
    private static readonly (TimeSpan Every, int InARow)[] Levels =
        [(TimeSpan.FromMinutes(15), 672), (TimeSpan.FromHours(1), 720), (TimeSpan.FromDays(1), 366)];

    public long Readings { get; private set; }

    /// <summary>Bytes in chunks of 4,096 readings.</summary>
    public double Large { get; private set; }

    /// <summary>Bytes in chunks of 512 readings.</summary>
    public double Small { get; private set; }

    /// <summary>Bytes of the quarter hours, hours and days.</summary>
    public double Rollups { get; private set; }

    public long Windows { get; private set; }

    public TimeSpan Pack { get; private set; }

    public TimeSpan Unpack { get; private set; }

    public TimeSpan UnpackRollups { get; private set; }

    public void Add(PackFigures other)
    {
        Readings += other.Readings;
        Large += other.Large;
        Small += other.Small;
        Rollups += other.Rollups;
        Windows += other.Windows;
        Pack += other.Pack;
        Unpack += other.Unpack;
        UnpackRollups += other.UnpackRollups;
    }

    public void Add(ChunkBuffer readings, bool isCounter)
    {
        Readings += readings.Count;
        Small += Chunks(readings, SmallChunk).Sum(static c => c.Length);
        List<byte[]> chunks = [];
        Pack += Fastest(() => chunks = Chunks(readings, LargeChunk));
        Large += chunks.Sum(static c => c.Length);
        var into = new ChunkBuffer();
        Unpack += Fastest(() =>
        {
            foreach (var chunk in chunks) ChunkFormat.Unpack(chunk, into);
        });
        AddRollups(readings, isCounter);
    }

    private void AddRollups(ChunkBuffer readings, bool isCounter)
    {
        var rows = Levels
            .SelectMany(level => Storage.Windows.Of(readings, level.Every).Chunk(level.InARow))
            .Select(row => RollupFormat.Pack(row, isCounter))
            .ToList();
        Rollups += rows.Sum(static r => r.Length);
        var into = new List<RollupWindow>();
        UnpackRollups += Fastest(() =>
        {
            into.Clear();
            foreach (var row in rows) RollupFormat.Unpack(row, into);
        });
        Windows += into.Count;
    }

    /// <summary>Of three times, because other processes are about.</summary>
    private static TimeSpan Fastest(Action action) => Enumerable.Range(0, 3).Min(_ =>
    {
        var begun = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(begun);
    });

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
