using Microsoft.Data.Sqlite;

namespace Plantroom.Ingest.Sqlite;

/// <summary>Reads the newest reading of points: one seek to the end of each point's part of the tree.</summary>
internal static class NewestReadings
{
    /// <summary>Of every point in the store. Names that the site model does not have (any more) become known by it.</summary>
    public static List<Reading> OfAll(SqliteConnection connection)
    {
        using var points = new SqliteStatement(connection, "SELECT id, name FROM point ORDER BY id");
        using var newest = Statement(connection);
        var readings = new List<Reading>();
        while (points.Step())
        {
            // A name that was put in by hand and that no reading can have.
            var name = points.Text(1);
            if (PointId.IsValidName(name)) Add(readings, newest, PointId.Intern(name), points.Int64(0));
        }

        return readings;
    }

    /// <summary>Of some points; those without a reading are left out.</summary>
    public static List<Reading> Of(SqliteConnection connection, IEnumerable<PointId> points)
    {
        using var number = new SqliteStatement(connection, "SELECT id FROM point WHERE name = ?1");
        using var newest = Statement(connection);
        var readings = new List<Reading>();
        foreach (var point in points)
        {
            if (!number.Bind(1, point.ToString()).Step()) continue;
            Add(readings, newest, point, number.Int64(0));
            number.Reset();
        }

        return readings;
    }

    private static SqliteStatement Statement(SqliteConnection connection) =>
        new(connection, "SELECT time_ms, value, quality FROM reading WHERE point = ?1 ORDER BY time_ms DESC LIMIT 1");

    private static void Add(List<Reading> readings, SqliteStatement newest, PointId point, long number)
    {
        if (!newest.Bind(1, number).Step()) return;
        readings.Add(
            new(point, StoredTime.FromMilliseconds(newest.Int64(0)), newest.Double(1), Quality.FromByte((byte)newest.Int64(2))));
        newest.Reset();
    }
}
