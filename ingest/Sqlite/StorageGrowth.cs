using Microsoft.Data.Sqlite;

namespace Plantroom.Ingest.Sqlite;

/// <summary>
/// What the readings take and how fast that grows. Measured with each round of packing; may be read from any thread. Pages that became free
/// are used again and do not count; the file itself does not shrink.
/// </summary>
internal sealed class StorageGrowth(DataFolder folder, HistoryWriter writer, TimeProvider clock)
{
    /// <summary>
    /// What is known for less tells nothing of the days to come. The first one does not count at all: what a new database holds is not packed
    /// yet, and takes ten times as much as it will.
    /// </summary>
    private const long Least = StoredPeriod.Day;

    /// <summary>Far enough back to even out weekends, near enough to notice a change.</summary>
    private const long Longest = 30 * StoredPeriod.Day;

    private volatile Measured? measured;

    /// <summary>What the readings take in the database, in bytes.</summary>
    public long BytesUsed => measured?.Bytes ?? (File.Exists(folder.History) ? new FileInfo(folder.History).Length : 0);

    /// <summary>By how much it grows a day in bytes, over the last 30 days at most; null in the first two to three days.</summary>
    public double? BytesPerDay => measured?.PerDay;

    /// <summary>Measures, and remembers it once a day.</summary>
    /// <exception cref="SqliteException">It could not be measured.</exception>
    public void Measure()
    {
        var now = StoredTime.ToMilliseconds(clock.GetUtcNow().UtcDateTime);
        measured = writer.Upkeep(session => Measure(session.Connection, now));
    }

    private static Measured Measure(SqliteConnection connection, long now)
    {
        var pages = HistoryFile.Scalar(connection, "PRAGMA page_count") - HistoryFile.Scalar(connection, "PRAGMA freelist_count");
        var bytes = pages * HistoryFile.Scalar(connection, "PRAGMA page_size");
        HistoryFile.Run(connection, $"DELETE FROM growth WHERE at_ms < {now - Longest} OR at_ms > {now}");
        var today = StoredTime.WindowStart(now, StoredPeriod.Day);
        if (HistoryFile.Scalar(connection, $"SELECT count(*) FROM growth WHERE at_ms >= {today}") == 0)
            HistoryFile.Run(connection, $"INSERT INTO growth VALUES ({now}, {bytes})");

        var oldest = HistoryFile.Scalar(connection, "SELECT min(at_ms) FROM growth");
        var first = HistoryFile.Scalar(connection, $"SELECT coalesce(min(at_ms), {now}) FROM growth WHERE at_ms >= {oldest + Least}");
        if (now - first < Least) return new(bytes, null);
        var then = HistoryFile.Scalar(connection, $"SELECT bytes FROM growth WHERE at_ms = {first}");
        return new(bytes, (bytes - then) * (double)StoredPeriod.Day / (now - first));
    }

    private sealed record Measured(long Bytes, double? PerDay);
}
