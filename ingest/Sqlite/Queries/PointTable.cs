using Microsoft.Data.Sqlite;

namespace Plantroom.Ingest.Sqlite.Queries;

/// <summary>Looks up what there is of a point. A few seeks, whatever its size.</summary>
internal sealed class PointTable(SqliteConnection connection) : IDisposable
{
    private readonly SqliteStatement point = new(connection, "SELECT id, closed_ms FROM point WHERE name = ?1");
    private readonly SqliteStatement firstChunk = new(connection, "SELECT min(start_ms) FROM chunk WHERE point = ?1");
    private readonly SqliteStatement firstRollup = new(connection, "SELECT min(start_ms) FROM rollup WHERE point = ?1 AND level = ?2");
    private readonly SqliteStatement density = new(connection,
        "SELECT count, end_ms - start_ms FROM chunk WHERE point = ?1 AND start_ms >= ?2 ORDER BY start_ms LIMIT 1");

    /// <summary>Finds a point; false when the store does not have it.</summary>
    public bool Find(PointId name, out StoredPoint found)
    {
        found = default;
        if (!point.Bind(1, name.ToString()).Step()) return false;
        var (number, closed) = (point.Int64(0), point.Int64(1));
        point.Reset();
        var raw = closed == long.MinValue ? closed : Math.Min(closed, First(firstChunk.Bind(1, number)));
        found = new(number, closed, raw, Level(number, 0), Level(number, 1));
        return true;
    }

    /// <summary>About how many readings a quarter hour has; 0 when that is not known.</summary>
    public double PerQuarterHour(long number, long from)
    {
        if (!density.Bind(1, number).Bind(2, from).Step()) return 0;
        var perQuarterHour = density.Int64(0) * (double)StoredPeriod.QuarterHour / Math.Max(1, density.Int64(1));
        density.Reset();
        return perQuarterHour;
    }

    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<SqliteStatement>)[point, firstChunk, firstRollup, density]) statement.Dispose();
    }

    private static long First(SqliteStatement earliest)
    {
        var first = earliest.Step() && !earliest.IsNull(0) ? earliest.Int64(0) : long.MaxValue;
        earliest.Reset();
        return first;
    }

    private long Level(long number, int level) => First(firstRollup.Bind(1, number).Bind(2, level));
}
