using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Plantroom.Ingest.Sqlite;
using Plantroom.Ingest.Sqlite.Packing;

namespace Plantroom.Ingest.Tests.Sqlite.Queries;

/// <summary>
/// Makes chunks and roll-ups by the rules of the schema, as simply as they can be said: everything of a point is made again from all that
/// was ever written. Where chunks and rows of roll-ups end is left to chance.
/// </summary>
internal sealed class ClosedByHand(Store store, TimeZoneInfo zone, Random random)
{
    private const long QuarterHour = 15 * 60_000;
    private readonly Dictionary<PointId, SortedDictionary<long, Reading>> written = [];
    private readonly Dictionary<PointId, long> forgotten = [];

    /// <summary>Whether the rises of counters are kept.</summary>
    public bool WithRise { get; set; } = true;

    /// <summary>Stores readings as rows.</summary>
    public void Write(params Reading[] readings)
    {
        store.Write(readings);
        foreach (var reading in readings)
        {
            if (!written.TryGetValue(reading.Point, out var all)) written[reading.Point] = all = [];
            all[StoredTime.ToMilliseconds(reading.Time)] = reading;
        }
    }

    /// <summary>Moves what is older than a whole quarter hour into chunks, and sums it up.</summary>
    public void Close(PointId point, DateTime before)
    {
        var closed = StoredTime.WindowStart(StoredTime.ToMilliseconds(before), QuarterHour);
        using var connection = store.Connect();
        HistoryFile.Run(connection, "BEGIN IMMEDIATE");
        var number = HistoryFile.Scalar(connection, $"SELECT id FROM point WHERE name = {Quoted(point)}");
        closed = Math.Max(closed, HistoryFile.Scalar(connection, $"SELECT closed_ms FROM point WHERE id = {number}"));
        foreach (var sql in (string[])[
            $"DELETE FROM chunk WHERE point = {number}", $"DELETE FROM rollup WHERE point = {number}",
            $"DELETE FROM reading WHERE point = {number} AND time_ms < {closed}", $"UPDATE point SET closed_ms = {closed} WHERE id = {number}"])
            HistoryFile.Run(connection, sql);
        var readings = written[point].TakeWhile(r => r.Key < closed).Select(r => r.Value).ToList();
        AddChunks(connection, number, [.. readings.Where(r => Time(r) >= forgotten.GetValueOrDefault(point, long.MinValue))]);
        if (forgotten.TryGetValue(point, out var from)) HistoryFile.Run(connection, $"UPDATE point SET raw_from_ms = {from} WHERE id = {number}");
        foreach (var level in (int[])[0, 1, 2]) AddRollups(connection, number, level, readings);
        HistoryFile.Run(connection, "COMMIT");
    }

    /// <summary>Removes the chunks that end before a time, as retention does. Says since when there are readings.</summary>
    public DateTime Forget(PointId point, DateTime before)
    {
        using var connection = store.Connect();
        var ofPoint = $"point = (SELECT id FROM point WHERE name = {Quoted(point)})";
        HistoryFile.Run(connection, $"DELETE FROM chunk WHERE {ofPoint} AND end_ms <= {StoredTime.ToMilliseconds(before)}");
        forgotten[point] = HistoryFile.Scalar(
            connection, $"SELECT coalesce((SELECT min(start_ms) FROM chunk WHERE {ofPoint}), (SELECT closed_ms FROM point WHERE id = {ofPoint[8..]}))");
        HistoryFile.Run(connection, $"UPDATE point SET raw_from_ms = {forgotten[point]} WHERE id = {ofPoint[8..]}");
        return StoredTime.FromMilliseconds(forgotten[point]);
    }

    /// <summary>From now on there are no chunks before a time.</summary>
    public void Forgotten(PointId point, DateTime before) => forgotten[point] = StoredTime.ToMilliseconds(before);

    /// <summary>Removes the roll-ups of a level that end before a time.</summary>
    public void ForgetLevel(PointId point, int level, DateTime before)
    {
        using var connection = store.Connect();
        HistoryFile.Run(connection, $"""
            DELETE FROM rollup WHERE level = {level} AND end_ms <= {StoredTime.ToMilliseconds(before)}
                AND point = (SELECT id FROM point WHERE name = {Quoted(point)})
            """);
        var column = level == 0 ? "quarters_from_ms" : "hours_from_ms";
        HistoryFile.Run(connection, $"UPDATE point SET {column} = {StoredTime.ToMilliseconds(before)} WHERE name = {Quoted(point)}");
    }

    private static string Quoted(PointId point) => $"'{point.ToString().Replace("'", "''", StringComparison.Ordinal)}'";

    private static long Time(Reading reading) => StoredTime.ToMilliseconds(reading.Time);

    private static void Insert(SqliteConnection connection, string sql, byte[] data)
    {
        using var command = new SqliteCommand(sql, connection);
        command.Parameters.AddWithValue("$data", data);
        command.ExecuteNonQuery();
    }

    private void AddChunks(SqliteConnection connection, long number, List<Reading> readings)
    {
        var last = long.MinValue;
        while (readings.Count > 0)
        {
            // Whole quarter hours, except inside one that alone has too many readings.
            var start = Math.Max(last, StoredTime.WindowStart(Time(readings[0]), QuarterHour));
            var end = StoredTime.WindowStart(start, QuarterHour) + (QuarterHour * random.Next(1, 200));
            var most = random.Next(1, 4096);
            if (most < readings.Count && Time(readings[most]) < end) end = Math.Max(start, StoredTime.WindowStart(Time(readings[most]), QuarterHour));
            if (end == start) end = Time(readings[most]);
            last = end;
            var of = readings.TakeWhile(r => Time(r) < end).ToList();
            readings.RemoveRange(0, of.Count);
            var packed = ChunkFormat.Pack([.. of.Select(Time)], [.. of.Select(r => r.Value)], [.. of.Select(r => r.Quality.ToByte())]);
            Insert(
                connection,
                $"INSERT INTO chunk (point, start_ms, end_ms, count, data) VALUES ({number}, {start}, {end}, {of.Count}, $data)",
                packed);
        }
    }

    private void AddRollups(SqliteConnection connection, long number, int level, List<Reading> readings)
    {
        var (length, of) = level switch
        {
            0 => (new WindowLength(15, WindowUnit.Minute), TimeZoneInfo.Utc),
            1 => (new WindowLength(1, WindowUnit.Hour), TimeZoneInfo.Utc),
            _ => (new WindowLength(1, WindowUnit.Day), zone),
        };
        var grid = new WindowGrid(length, of);
        var windows = readings.Where(r => r.Quality.Level != QualityLevel.Bad).GroupBy(r => grid.StartOf(r.Time))
            .Select(g => new RollupWindow(StoredTime.ToMilliseconds(g.Key), StoredTime.ToMilliseconds(grid.Next(g.Key)), SummaryOf(g))).ToList();
        while (windows.Count > 0)
        {
            var row = windows[..Math.Min(windows.Count, random.Next(1, 60))];
            windows.RemoveRange(0, row.Count);
            Insert(
                connection,
                $"INSERT INTO rollup (point, level, start_ms, end_ms, data) VALUES ({number}, {level}, {row[0].Start}, {row[^1].End}, $data)",
                RollupFormat.Pack(CollectionsMarshal.AsSpan(row), WithRise));
        }
    }

    private static Summary SummaryOf(IEnumerable<Reading> readings)
    {
        var summary = default(Summary);
        foreach (var reading in readings) summary.Add(reading.Time, reading.Value);
        return summary;
    }
}
