using Microsoft.Data.Sqlite;

namespace Plantroom.Ingest.Sqlite.Queries;

/// <summary>Looks up what there is of a point. A few seeks, whatever its size.</summary>
internal sealed class PointTable(SqliteConnection connection) : IDisposable
{
    private readonly SqliteStatement point = new(connection,
        "SELECT id, closed_ms, raw_from_ms, quarters_from_ms, hours_from_ms FROM point WHERE name = ?1");

    private readonly SqliteStatement density = new(connection,
        "SELECT count, end_ms - start_ms FROM chunk WHERE point = ?1 AND start_ms >= ?2 ORDER BY start_ms LIMIT 1");

    /// <summary>Finds a point; false when the store does not have it.</summary>
    public bool Find(PointId name, out StoredPoint found)
    {
        found = default;
        if (!point.Bind(1, name.ToString()).Step()) return false;
        found = new(point.Int64(0), point.Int64(1), point.Int64(2), point.Int64(3), point.Int64(4));
        point.Reset();
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
        point.Dispose();
        density.Dispose();
    }
}
