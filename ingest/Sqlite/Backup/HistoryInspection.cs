using Microsoft.Data.Sqlite;
using Plantroom.Ingest.Sqlite.Compaction;
using Plantroom.Ingest.Sqlite.Packing;

namespace Plantroom.Ingest.Sqlite.Backup;

/// <summary>
/// Looks whether the database of readings tells the truth: every chunk can be unpacked and holds what it says, chunks do not overlap, and the
/// sums are what the readings amount to. Sums of readings that were removed because of their age cannot be compared.
/// </summary>
public static class HistoryInspection
{
    /// <summary>Everything that is wrong; nothing when all is well. Sees one state, also while readings are stored.</summary>
    /// <param name="path">The database of readings.</param>
    /// <exception cref="SqliteException">It cannot be read.</exception>
    public static IEnumerable<string> Problems(string path)
    {
        using var connection = HistoryFile.OpenToInspect(path);
        if (HistorySchema.Problem(connection, HistorySchema.Migrations.Count) is { } problem)
        {
            yield return problem;
            yield break;
        }

        // A database of an older version has nothing packed.
        if (HistoryFile.Scalar(connection, "PRAGMA user_version") < 2) yield break;
        HistoryFile.Run(connection, "BEGIN");
        using var points = new SqliteStatement(connection, "SELECT id, name, closed_ms, raw_from_ms, quarters_from_ms FROM point ORDER BY id");
        while (points.Step())
        {
            var name = points.Text(1);
            var inspection = new PointInspection(connection, points.Int64(0), points.Int64(2), points.Int64(3), points.Int64(4));
            foreach (var found in inspection.Problems()) yield return $"{name}: {found}";
        }
    }
}

/// <summary>The inspection of one point.</summary>
internal sealed class PointInspection(SqliteConnection connection, long point, long closed, long rawFrom, long quartersFrom)
{
    private static readonly string[] LevelNames = ["quarter hour", "hour", "day"];

    private readonly SortedDictionary<long, Summary> fromChunks = [];
    private readonly ChunkBuffer readings = new();

    public IEnumerable<string> Problems()
    {
        foreach (var problem in Chunks()) yield return problem;
        var quarters = new List<RollupWindow>();
        for (var level = 0; level < RollupLevel.Count; level++)
        {
            var windows = new List<RollupWindow>();
            if (Unpack(level, windows) is { } damaged)
            {
                yield return damaged;
                yield break;
            }

            if (level == 0) quarters = windows;
            foreach (var window in windows.Where(w => w.Start >= (level == 0 ? rawFrom : quartersFrom)))
            {
                var parts = level == 0 ? fromChunks.GetValueOrDefault(window.Start) : Sum(quarters, window);
                if (Differs(window.Summary, parts))
                    yield return $"the sums of the {LevelNames[level]} {Text(window.Start)} are not those of its readings";
            }
        }

        var summed = quarters.Select(static w => w.Start).ToHashSet();
        foreach (var start in fromChunks.Keys.Where(s => s >= quartersFrom && !summed.Contains(s)))
            yield return $"the quarter hour {Text(start)} has readings but no sums";
    }

    /// <summary>Sums that were added in another order differ in their last digits.</summary>
    private static bool Differs(in Summary stored, in Summary parts)
    {
        if (parts.Count != stored.Count) return true;
        var tolerance = 1e-9 * (1 + (stored.Count * Math.Max(Math.Abs(stored.Min), Math.Abs(stored.Max))));
        return stored.Min != parts.Min || stored.Max != parts.Max || stored.First != parts.First || stored.Last != parts.Last
            || Math.Abs(stored.Sum - parts.Sum) > tolerance;
    }

    private static Summary Sum(List<RollupWindow> quarters, in RollupWindow whole)
    {
        var (low, high) = (0, quarters.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (quarters[middle].Start < whole.Start) low = middle + 1;
            else high = middle;
        }

        var sum = default(Summary);
        for (; low < quarters.Count && quarters[low].Start < whole.End; low++) sum.Append(quarters[low].Summary);
        return sum;
    }

    private static string Text(long time) => $"{StoredTime.FromMilliseconds(time):yyyy-MM-ddTHH:mm:ssZ}";

    private IEnumerable<string> Chunks()
    {
        using var chunks = new SqliteStatement(
            connection, $"SELECT start_ms, end_ms, count, data FROM chunk WHERE point = {point} ORDER BY start_ms");
        var until = long.MinValue;
        while (chunks.Step())
        {
            var (start, end, count) = (chunks.Int64(0), chunks.Int64(1), chunks.Int64(2));
            if (start < until || end <= start) yield return $"the chunk of {Text(start)} overlaps another";
            if (end > closed) yield return $"the chunk of {Text(start)} reaches into the time that is not closed";
            until = end;
            if (Unpack(chunks, start, end, count) is { } problem) yield return $"the chunk of {Text(start)} {problem}";
            else AddToSums();
        }
    }

    private string? Unpack(SqliteStatement chunk, long start, long end, long count)
    {
        try
        {
            ChunkFormat.Unpack(chunk.Bytes(3), readings);
        }
        catch (InvalidDataException e)
        {
            return $"is damaged: {e.Message}";
        }

        if (readings.Count != count) return $"has {readings.Count} readings instead of {count}";
        for (var i = 0; i < readings.Count; i++)
            if (readings.Times[i] < start || readings.Times[i] >= end || (i > 0 && readings.Times[i] <= readings.Times[i - 1]))
                return "has readings out of its time or order";
        return null;
    }

    private void AddToSums()
    {
        for (var i = 0; i < readings.Count; i++)
        {
            if (readings.Qualities[i] >= RollupRepair.FirstBad) continue;
            var start = StoredPeriod.FloorQuarter(readings.Times[i]);
            var sum = fromChunks.GetValueOrDefault(start);
            sum.Add(StoredTime.FromMilliseconds(readings.Times[i]), readings.Values[i]);
            fromChunks[start] = sum;
        }
    }

    private string? Unpack(int level, List<RollupWindow> windows)
    {
        using var rows = new SqliteStatement(
            connection, $"SELECT data, start_ms FROM rollup WHERE point = {point} AND level = {level} ORDER BY start_ms");
        while (rows.Step())
        {
            try
            {
                RollupFormat.Unpack(rows.Bytes(0), windows);
            }
            catch (InvalidDataException e)
            {
                var start = rows.Int64(1);
                rows.Reset();
                return $"the sums of {LevelNames[level]}s from {Text(start)} on are damaged: {e.Message}";
            }
        }

        return null;
    }
}
