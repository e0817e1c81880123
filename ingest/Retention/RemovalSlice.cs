using Microsoft.Data.Sqlite;
using Plantroom.Ingest.Sqlite;

namespace Plantroom.Ingest.Retention;

/// <summary>A round of removing over all points, as far as it has come.</summary>
internal sealed class RemovalRound(DateTime now, Func<string, KeptFor> keptFor)
{
    public DateTime Now => now;

    public Func<string, KeptFor> KeptFor => keptFor;

    /// <summary>The number of the last point that is done.</summary>
    public long Point { get; set; }

    /// <summary>Whether all points are done.</summary>
    public bool IsDone { get; set; }
}

/// <summary>
/// One transaction of a round. What goes are whole chunks and whole rows of roll-ups; readings that are not packed yet are packed first. The
/// newest reading of a point is never packed, so it stays.
/// </summary>
internal sealed class RemovalSlice(SqliteConnection connection) : IDisposable
{
    private const int RollupsAtOnce = 100;

    private readonly SqliteStatement next = new(connection, "SELECT id, name FROM point WHERE id > ?1 ORDER BY id LIMIT 1");
    private readonly SqliteStatement oldest =
        new(connection, "SELECT id, end_ms, count FROM chunk WHERE point = ?1 ORDER BY start_ms LIMIT 1");

    private readonly SqliteStatement remove = new(connection, "DELETE FROM chunk WHERE id = ?1");
    private readonly SqliteStatement rawFrom =
        new(connection, "UPDATE point SET raw_from_ms = ?2 WHERE id = ?1 AND raw_from_ms < ?2");

    private readonly SqliteStatement oldRollups = new(connection,
        $"""
        DELETE FROM rollup WHERE id IN (
            SELECT id FROM rollup WHERE point = ?1 AND level = ?2 AND start_ms < ?3 AND end_ms <= ?3 ORDER BY start_ms LIMIT {RollupsAtOnce})
        RETURNING end_ms
        """);

    private readonly SqliteStatement[] rollupsFrom =
        [.. new[] { "quarters_from_ms", "hours_from_ms" }.Select(
            column => new SqliteStatement(connection, $"UPDATE point SET {column} = ?2 WHERE id = ?1 AND {column} < ?2"))];

    /// <summary>Goes on with a round until its budget is used up.</summary>
    /// <param name="round">The round; it knows afterwards where the next slice goes on.</param>
    /// <param name="atMost">From how many removed readings on it ends, and how many points it looks at.</param>
    /// <returns>How many readings were removed.</returns>
    public int Run(RemovalRound round, int atMost)
    {
        var removed = 0;
        for (var looks = 0; looks < atMost && removed < atMost; looks++)
        {
            if (Next(round.Point) is not var (point, name))
            {
                round.IsDone = true;
                break;
            }

            var kept = round.KeptFor(name);
            removed += Chunks(point, Before(round.Now, kept.Raw), atMost - removed);

            // A full transaction may have left something of this point behind, so the next one starts with it again.
            if (removed >= atMost || !RollupsAreDone(point, round.Now, kept)) break;
            round.Point = point;
        }

        return removed;
    }

    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<SqliteStatement>)[next, oldest, remove, rawFrom, oldRollups, .. rollupsFrom]) statement.Dispose();
    }

    private static long Before(DateTime now, TimeSpan kept) =>
        now - DateTime.MinValue > kept ? StoredTime.FirstAtOrAfter(now - kept) : long.MinValue;

    private (long Point, string Name)? Next(long done)
    {
        if (!next.Bind(1, done).Step()) return null;
        var found = (next.Int64(0), next.Text(1));
        next.Reset();
        return found;
    }

    private int Chunks(long point, long before, int atMost)
    {
        var removed = 0;
        while (removed < atMost && oldest.Bind(1, point).Step())
        {
            var (id, end, count) = (oldest.Int64(0), oldest.Int64(1), (int)oldest.Int64(2));
            oldest.Reset();
            if (end > before) break;
            remove.Bind(1, id).Run();
            rawFrom.Bind(1, point).Bind(2, end).Run();
            removed += count;
        }

        return removed;
    }

    private bool RollupsAreDone(long point, DateTime now, in KeptFor kept)
    {
        var removed = Rollups(point, RollupLevel.QuarterHour, Before(now, kept.QuarterHours));
        removed += Rollups(point, RollupLevel.Hour, Before(now, kept.Hours));
        if (kept.Days is { } days) removed += Rollups(point, RollupLevel.Day, Before(now, days));
        return removed < RollupsAtOnce;
    }

    private int Rollups(long point, int level, long before)
    {
        var (removed, until) = (0, long.MinValue);
        oldRollups.Bind(1, point).Bind(2, level).Bind(3, before);
        for (; oldRollups.Step(); removed++) until = Math.Max(until, oldRollups.Int64(0));
        if (removed > 0 && level < rollupsFrom.Length) rollupsFrom[level].Bind(1, point).Bind(2, until).Run();
        return removed;
    }
}
