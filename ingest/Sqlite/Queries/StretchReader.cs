using Plantroom.Ingest.Sqlite.Packing;

namespace Plantroom.Ingest.Sqlite.Queries;

/// <summary>
/// Reads a range of a point for an answer that is made of windows: of each window the longest roll-ups that lie wholly within it, and what
/// they leave over from shorter ones or from the readings themselves.
/// <code>
/// window      [                                  ]
/// days              [         ] [         ]
/// hours          [ ]                       [ ] [ ]
/// quarters      []                                []
/// readings    ..                                    .     and where a late row lies in a roll-up
/// </code>
/// Where retention has removed the readings, a roll-up that lies in several windows belongs to the one that it starts in.
/// </summary>
internal sealed class StretchReader(ReadingMerge readings, RowCursor rows, RollupCursor[] rollups)
{
    private StoredPoint point;
    private IStretchSink sink = null!;
    private RollupLevels levels;
    private CancellationToken cancellation;

    /// <summary>Reads from one stored time to before another one.</summary>
    /// <param name="of">The point.</param>
    /// <param name="range">From and to.</param>
    /// <param name="worth">Which roll-ups to read where there are readings, too.</param>
    /// <param name="windowEnd">The end of the window that a time lies in.</param>
    /// <param name="into">Where it goes.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public void Read(
        in StoredPoint of, StoredRange range, RollupLevels worth, Func<long, long> windowEnd, IStretchSink into, CancellationToken cancellationToken)
    {
        (point, sink, cancellation) = (of, into, cancellationToken);
        readings.Start(point.Number, range.From, range.Past);
        foreach (var level in rollups) level.Start(point.Number, range.From, range.Past);
        var at = Begin(range.From);
        while (at < range.To && !sink.IsFull)
        {
            var gone = at < point.RawFrom;
            if (at >= point.ClosedTo || (!gone && !worth.Any))
            {
                Raw(at, range.To);
                return;
            }

            levels = gone ? RollupLevels.All : worth;
            var end = Math.Min(range.To, windowEnd(at));
            at = Math.Max(end, Cover(at, end, RollupLevel.Count, true));
        }
    }

    /// <summary>The good reading exactly at the end of the range that was read to its end; null when there is none.</summary>
    public Sample? AtEnd(in StoredRange range)
    {
        if (readings.Next(range.To, range.Past, out var run))
        {
            return run.Qualities[0] < ReadingRun.FirstBad ? new(StoredTime.FromMilliseconds(run.Times[0]), run.Values[0]) : null;
        }

        foreach (var rollup in rollups)
            if (range.To < point.RawFrom && rollup.Find(range.To, range.Past) && rollup.Current.First == range.To)
                return rollup.Current.Summary.First;
        return null;
    }

    /// <summary>Where there is something from a time on. Finds out whether retention has taken readings away after it.</summary>
    private long Begin(long from)
    {
        if (from >= point.RawFrom) return from;
        var (first, isGone) = (Math.Min(point.RawFrom, rows.Time), false);
        foreach (var rollup in rollups)
        {
            if (!rollup.Find(from, point.RawFrom) || rollup.Current.First >= point.RawFrom) continue;
            first = Math.Min(first, rollup.Current.Start);
            isGone = true;
        }

        if (!isGone) point = point with { RawFrom = long.MinValue };
        return Math.Max(from, first);
    }

    /// <summary>Reads a part of a window.</summary>
    /// <param name="from">Its start.</param>
    /// <param name="to">Its end.</param>
    /// <param name="above">The level above those that may be read.</param>
    /// <param name="isEnd">Whether the window ends there, too.</param>
    /// <returns>Up to where everything was read: the end, or later.</returns>
    private long Cover(long from, long to, int above, bool isEnd)
    {
        var level = levels.Below(above);
        if (level < 0) return Raw(from, to);
        var rollup = rollups[level];
        var done = from;
        for (var look = from; look < to && rollup.Find(look, to); look = Math.Max(done, rollup.Current.End))
        {
            ref readonly var window = ref rollup.Current;
            done = Gap(done, window.Start, level, false);
            if (!Fits(window, level, to, isEnd)) continue;
            sink.Add(window.Summary);
            rows.SkipTo(window.End);
            done = window.End;
        }

        return Gap(done, to, level, isEnd);
    }

    /// <summary>Reads what lies between the windows of a level; mostly there is nothing.</summary>
    private long Gap(long from, long to, int level, bool isEnd)
    {
        if (from >= to) return from;
        var empty = rollups[level].IsEmpty(from, to) && rows.Time >= to;
        return empty ? to : Cover(from, to, level, isEnd);
    }

    private bool Fits(in RollupWindow window, int level, long to, bool isEnd)
    {
        var whole = window.End <= to;
        var finer = point.FinerFrom(level);
        if (window.First < finer) return whole || (isEnd && window.End <= finer);

        // A late row is not in it yet, so it is read from what lies below.
        return whole && rows.Time >= window.End && sink.Suffices(window.Summary);
    }

    private long Raw(long from, long to)
    {
        while (!sink.IsFull && readings.Next(from, to, out var run))
        {
            cancellation.ThrowIfCancellationRequested();
            sink.Add(run);
            from = run.Next;
        }

        return to;
    }
}
