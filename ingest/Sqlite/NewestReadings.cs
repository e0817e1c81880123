using Microsoft.Data.Sqlite;
using Plantroom.Ingest.Sqlite.Packing;

namespace Plantroom.Ingest.Sqlite;

/// <summary>
/// Reads the newest reading of points: one seek to the end of each point's part of the tree. Only where no row is newer than what is closed,
/// its last chunk is unpacked.
/// </summary>
internal sealed class NewestReadings : IDisposable
{
    private readonly SqliteStatement row;
    private readonly SqliteStatement chunk;
    private readonly ChunkBuffer readings = new();

    private NewestReadings(SqliteConnection connection)
    {
        row = new(connection, "SELECT time_ms, value, quality FROM reading WHERE point = ?1 ORDER BY time_ms DESC LIMIT 1");
        chunk = new(connection, "SELECT data FROM chunk WHERE point = ?1 AND end_ms > ?2 ORDER BY start_ms DESC LIMIT 1");
    }

    /// <summary>Of every point in the store. Names that the site model does not have (any more) become known by it.</summary>
    public static List<Reading> OfAll(SqliteConnection connection)
    {
        using var points = new SqliteStatement(connection, "SELECT id, name, closed_ms FROM point ORDER BY id");
        using var newest = new NewestReadings(connection);
        var readings = new List<Reading>();
        while (points.Step())
        {
            // A name that was put in by hand and that no reading can have.
            var name = points.Text(1);
            if (PointId.IsValidName(name)) newest.Add(readings, PointId.Intern(name), points.Int64(0), points.Int64(2));
        }

        return readings;
    }

    /// <summary>Of some points; those without a reading are left out.</summary>
    public static List<Reading> Of(SqliteConnection connection, IEnumerable<PointId> points)
    {
        using var stored = new SqliteStatement(connection, "SELECT id, closed_ms FROM point WHERE name = ?1");
        using var newest = new NewestReadings(connection);
        var readings = new List<Reading>();
        foreach (var point in points)
        {
            if (!stored.Bind(1, point.ToString()).Step()) continue;
            newest.Add(readings, point, stored.Int64(0), stored.Int64(1));
            stored.Reset();
        }

        return readings;
    }

    public void Dispose()
    {
        row.Dispose();
        chunk.Dispose();
    }

    private void Add(List<Reading> found, PointId point, long number, long closedTo)
    {
        var time = long.MinValue;
        if (row.Bind(1, number).Step()) time = row.Int64(0);
        if (time < closedTo && InChunk(number, time) && readings.Times[readings.Count - 1] is var last && last > time)
            found.Add(Reading(point, last, readings.Values[readings.Count - 1], readings.Qualities[readings.Count - 1]));
        else if (time != long.MinValue)
            found.Add(Reading(point, time, row.Double(1), (byte)row.Int64(2)));
        row.Reset();
    }

    /// <summary>Unpacks the last chunk; false when it ends before a time.</summary>
    private bool InChunk(long number, long time)
    {
        var found = chunk.Bind(1, number).Bind(2, time).Step();
        if (found) ChunkFormat.Unpack(chunk.Bytes(0), readings);
        chunk.Reset();
        return found && readings.Count > 0;
    }

    private static Reading Reading(PointId point, long time, double value, byte quality) =>
        new(point, StoredTime.FromMilliseconds(time), value, Quality.FromByte(quality));
}
