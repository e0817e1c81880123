using Microsoft.Data.Sqlite;
using Plantroom.Ingest.Sqlite;
using Plantroom.Ingest.Sqlite.Packing;

namespace Plantroom.Ingest.Tests.Sqlite;

/// <summary>What the file holds of one point, read without the code that wrote it.</summary>
internal sealed class StoredPoint
{
    private StoredPoint()
    {
    }

    public long Closed { get; private set; }

    public List<(long Start, long End, int Count, long Id)> Chunks { get; } = [];

    public SortedDictionary<long, (double Value, byte Quality)> Packed { get; } = [];

    public SortedDictionary<long, (double Value, byte Quality)> Rows { get; } = [];

    /// <summary>By level.</summary>
    public List<RollupWindow>[] Rollups { get; } = [[], [], []];

    public IEnumerable<KeyValuePair<long, (double Value, byte Quality)>> All =>
        Packed.Where(p => !Rows.ContainsKey(p.Key)).Concat(Rows).OrderBy(static r => r.Key);

    public static StoredPoint Of(Store store, PointId point)
    {
        using var connection = store.Connect();
        var stored = new StoredPoint();
        var id = HistoryFile.Scalar(connection, $"SELECT id FROM point WHERE name = '{point}'");
        stored.Closed = HistoryFile.Scalar(connection, $"SELECT closed_ms FROM point WHERE id = {id}");
        stored.ReadChunks(connection, id);
        using var rows = new SqliteStatement(connection, $"SELECT time_ms, value, quality FROM reading WHERE point = {id}");
        while (rows.Step()) stored.Rows.Add(rows.Int64(0), (rows.Double(1), (byte)rows.Int64(2)));
        using var rollups = new SqliteStatement(connection, $"SELECT level, data, start_ms, end_ms FROM rollup WHERE point = {id} ORDER BY start_ms");
        while (rollups.Step())
        {
            var windows = stored.Rollups[rollups.Int64(0)];
            var before = windows.Count;
            RollupFormat.Unpack(rollups.Bytes(1), windows);
            foreach (var window in windows.Skip(before)) Assert.InRange(window.Start, rollups.Int64(2), rollups.Int64(3) - 1);
        }

        return stored;
    }

    /// <summary>Chunks do not overlap, hold what they say, and are all before the open period; the newest reading is a row.</summary>
    public void AssertWhole()
    {
        for (var i = 0; i < Chunks.Count; i++)
        {
            Assert.True(Chunks[i].Start < Chunks[i].End);
            if (i > 0) Assert.True(Chunks[i - 1].End <= Chunks[i].Start, "chunks overlap");
        }

        if (Chunks.Count == 0) return;
        Assert.True(Chunks[^1].End <= Closed);
        Assert.True(Rows.Count > 0 && Rows.Keys.Max() > Packed.Keys.Last(), "the newest reading is a row");
    }

    /// <summary>The roll-ups are what these readings amount to.</summary>
    public void AssertRollups(IEnumerable<KeyValuePair<long, (double Value, byte Quality)>> readings, TimeZoneInfo zone)
    {
        var good = readings.Where(static r => r.Value.Quality < 0x80).ToList();
        WindowLength[] lengths = [new(15, WindowUnit.Minute), new(1, WindowUnit.Hour), new(1, WindowUnit.Day)];
        foreach (var (level, length) in lengths.Index())
        {
            var grid = new WindowGrid(length, level == 2 ? zone : TimeZoneInfo.Utc);
            var expected = new SortedDictionary<long, Summary>();
            foreach (var (time, reading) in good)
            {
                var start = StoredTime.ToMilliseconds(grid.StartOf(StoredTime.FromMilliseconds(time)));
                var summary = expected.GetValueOrDefault(start);
                summary.Add(StoredTime.FromMilliseconds(time), reading.Value);
                expected[start] = summary;
            }

            Assert.Equal(expected.Keys, Rollups[level].Select(static w => w.Start));
            foreach (var window in Rollups[level])
            {
                Assert.Equal(grid.Next(StoredTime.FromMilliseconds(window.Start)), StoredTime.FromMilliseconds(window.End));
                AssertSame(expected[window.Start], window.Summary);
            }
        }
    }

    private static void AssertSame(in Summary expected, in Summary actual)
    {
        Assert.Equal(
            (expected.Count, expected.Min, expected.Max, expected.First, expected.Last),
            (actual.Count, actual.Min, actual.Max, actual.First, actual.Last));

        // Parts are added in another order than the whole is, and stored as short as the error of that allows.
        var largest = Math.Max(Math.Abs(expected.Min), Math.Abs(expected.Max));
        var span = (expected.Last.Time - expected.First.Time).TotalMilliseconds;
        Assert.Equal(expected.Sum, actual.Sum, 1e-9 * (1 + (largest * expected.Count)));
        Assert.Equal(expected.Held, actual.Held, 1e-9 * (1 + (largest * span)));
        Assert.Equal(expected.Rise, actual.Rise, 1e-9 * (1 + (largest * expected.Count)));
    }

    private void ReadChunks(SqliteConnection connection, long id)
    {
        using var chunks = new SqliteStatement(
            connection, $"SELECT start_ms, end_ms, count, data, id FROM chunk WHERE point = {id} ORDER BY start_ms");
        var buffer = new ChunkBuffer();
        while (chunks.Step())
        {
            ChunkFormat.Unpack(chunks.Bytes(3), buffer);
            Chunks.Add((chunks.Int64(0), chunks.Int64(1), (int)chunks.Int64(2), chunks.Int64(4)));
            Assert.Equal(buffer.Count, chunks.Int64(2));
            for (var i = 0; i < buffer.Count; i++)
            {
                Assert.InRange(buffer.Times[i], chunks.Int64(0), chunks.Int64(1) - 1);
                Packed.Add(buffer.Times[i], (buffer.Values[i], buffer.Qualities[i]));
            }
        }
    }
}
