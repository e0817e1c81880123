using Microsoft.Data.Sqlite;
using Plantroom.Ingest;
using Plantroom.Ingest.Sqlite;
using Plantroom.Ingest.Sqlite.Packing;
using Plantroom.TestKit;

namespace Plantroom.Benchmarks.Storage;

/// <summary>How large the database is that holds the packed readings of a building: with its pages that are not full, and its indexes.</summary>
internal static class PackedDatabase
{
    /// <returns>Bytes of the file.</returns>
    public static long SizeOf(IReadOnlyList<ChunkBuffer> series, int chunkSize)
    {
        using var folder = new TempFolder();
        var path = folder.File("history.db");
        using (var connection = HistoryFile.OpenWriter(path, new IngestOptions()))
        {
            HistoryFile.Run(connection, "BEGIN");
            for (var i = 0; i < series.Count; i++) Insert(connection, i, series[i], chunkSize);
            HistoryFile.Run(connection, "COMMIT");
        }

        SqliteConnection.ClearAllPools();
        return new FileInfo(path).Length;
    }

    private static void Insert(SqliteConnection connection, int point, ChunkBuffer readings, int chunkSize)
    {
        using var chunk = new SqliteCommand("INSERT INTO chunk (point, start_ms, end_ms, count, data) VALUES ($a, $b, $c, $d, $e)", connection);
        for (var i = 0; i < readings.Count; i += chunkSize)
        {
            var count = Math.Min(chunkSize, readings.Count - i);
            Run(chunk, point, readings.Times[i], readings.Times[i + count - 1] + 1, count, Pack(readings, i, count));
        }

        using var rollup = new SqliteCommand("INSERT INTO rollup (point, level, start_ms, end_ms, data) VALUES ($a, $d, $b, $c, $e)", connection);
        foreach (var (level, windows) in PackFigures.Rollups(readings).Index())
            Run(rollup, point, windows[0].Start, windows[^1].End, level, RollupFormat.Pack(windows, withRise: false));
    }

    private static byte[] Pack(ChunkBuffer readings, int start, int count) => ChunkFormat.Pack(
        readings.Times.AsSpan(start, count), readings.Values.AsSpan(start, count), readings.Qualities.AsSpan(start, count));

    private static void Run(SqliteCommand command, int point, long start, long end, int number, byte[] data)
    {
        command.Parameters.Clear();
        command.Parameters.AddWithValue("$a", point);
        command.Parameters.AddWithValue("$b", start);
        command.Parameters.AddWithValue("$c", end);
        command.Parameters.AddWithValue("$d", number);
        command.Parameters.AddWithValue("$e", data);
        command.ExecuteNonQuery();
    }
}
