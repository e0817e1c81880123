using Microsoft.Data.Sqlite;

namespace Plantroom.Ingest.Sqlite.Compaction;

/// <summary>How much one transaction does at most, because commits wait for it.</summary>
/// <param name="Readings">From how many moved readings on it ends.</param>
/// <param name="Points">How many points it looks at.</param>
/// <param name="Time">From which time on it ends.</param>
internal readonly record struct ClosingBudget(int Readings, int Points, TimeSpan Time)
{
    /// <summary>About 10 ms on the test machine, the disk's time left out; the time is for slower ones.</summary>
    public static ClosingBudget Default { get; } = new(8192, 500, TimeSpan.FromMilliseconds(15));
}

/// <summary>A round over all points, as far as it has come.</summary>
internal sealed class ClosingRound(ClosingTimes times, Func<string, PointTraits> traits)
{
    public ClosingTimes Times => times;

    public Func<string, PointTraits> Traits => traits;

    /// <summary>The number of the point that is looked at, or else of the last one that is done.</summary>
    public long Point { get; set; }

    /// <summary>Whether all points are done.</summary>
    public bool IsDone { get; set; }
}

/// <summary>One transaction of a round.</summary>
internal sealed class ClosingSlice(SqliteConnection connection) : IDisposable
{
    private readonly SqliteStatement next = new(connection, "SELECT id, closed_ms, name FROM point WHERE id > ?1 ORDER BY id LIMIT 1");
    private readonly PointCloser closer = new(connection);

    /// <summary>Goes on with a round until its budget is used up.</summary>
    /// <param name="round">The round; it knows afterwards where the next slice goes on.</param>
    /// <param name="budget">How much to do.</param>
    /// <param name="damaged">The numbers of points to leave out.</param>
    /// <param name="clock">Measures the time.</param>
    /// <exception cref="InvalidDataException">The chunks of the round's point are damaged.</exception>
    public Closed Run(ClosingRound round, in ClosingBudget budget, IReadOnlySet<long> damaged, TimeProvider clock)
    {
        var (started, sum) = (clock.GetTimestamp(), default(Closed));
        for (var looks = 0; looks < budget.Points; looks++)
        {
            if (Next(round) is not { } point)
            {
                round.IsDone = true;
                return sum;
            }

            round.Point = point.Number;
            while (!damaged.Contains(point.Number) && closer.Step(point, round.Times) is { Readings: > 0 } closed)
            {
                sum = sum.Plus(closed);
                point = point with { Closed = Math.Max(point.Closed, closed.Until) };
                if (sum.Readings < budget.Readings && clock.GetElapsedTime(started) < budget.Time) continue;

                // There may be more of this point, so the next slice starts with it again.
                round.Point = point.Number - 1;
                return sum;
            }
        }

        return sum;
    }

    public void Dispose()
    {
        next.Dispose();
        closer.Dispose();
    }

    private ClosingPoint? Next(ClosingRound round)
    {
        if (!next.Bind(1, round.Point).Step()) return null;
        var point = new ClosingPoint(next.Int64(0), next.Int64(1), round.Traits(next.Text(2)));
        next.Reset();
        return point;
    }
}
