using Plantroom.Ingest.Sqlite.Packing;

namespace Plantroom.Ingest.Sqlite.Compaction;

/// <summary>Readings that were moved into chunks, and the chunks' readings of the same period before and after it.</summary>
/// <param name="Moved">What was moved.</param>
/// <param name="Before">What the chunks of the period held before.</param>
/// <param name="After">What they hold now.</param>
/// <param name="Start">Where the period starts.</param>
/// <param name="End">Where it ends.</param>
internal readonly record struct ChunkChange(ChunkBuffer Moved, ChunkBuffer Before, ChunkBuffer After, long Start, long End);

/// <summary>
/// Brings the roll-ups of one point up to date with its chunks. A window that only got later readings is continued; one that got readings in
/// between is made again: a quarter hour from the chunks, an hour and a day from the quarter hours. Where these are not all there any more
/// because of their age, the window stays as it is and is counted.
/// </summary>
internal sealed class RollupRepair(RollupTable table, ChunkTable chunks) : IDisposable
{
    /// <summary>What <see cref="Quality.ToByte"/> makes of the worst usable quality is below it, of every bad one at or above it.</summary>
    public const byte FirstBad = (byte)QualityLevel.Bad << 6;

    /// <summary>A day has 25 hours when clocks go back; no zone has a longer one.</summary>
    private const long LongestDay = 26 * StoredPeriod.Hour;

    private readonly List<RollupBlock> blocks = [];
    private readonly List<QuarterChange> quarters = [];
    private readonly ChunkBuffer other = new();
    private long point;

    /// <summary>Updates the windows that readings were moved into; in the transaction that moved them.</summary>
    /// <returns>How many windows stay as they are although they should have changed.</returns>
    public int Update(long ofPoint, PointTraits traits, in ChunkChange change)
    {
        point = ofPoint;
        blocks.Clear();
        var left = Quarters(change);
        left += Above(RollupLevel.Hour, Hour);
        left += Above(RollupLevel.Day, time => Stored(time) ?? Day(traits.Days, time));
        foreach (var block in blocks)
            if (block.IsChanged)
                table.Write(point, block, traits.HasRise);
        return left;
    }

    public void Dispose() => table.Dispose();

    /// <summary>The good ones of a part of a buffer.</summary>
    public static Summary SummaryOf(ChunkBuffer readings, long start, long end)
    {
        var summary = default(Summary);
        for (var i = IndexOf(readings, start); i < readings.Count && readings.Times[i] < end; i++)
            if (readings.Qualities[i] < FirstBad)
                summary.Add(StoredTime.FromMilliseconds(readings.Times[i]), readings.Values[i]);
        return summary;
    }

    private static (long Start, long End) Hour(long time)
    {
        var start = StoredTime.WindowStart(time, StoredPeriod.Hour);
        return (start, start + StoredPeriod.Hour);
    }

    private static int IndexOf(ChunkBuffer readings, long time)
    {
        var index = readings.Times.AsSpan(0, readings.Count).BinarySearch(time);
        return index < 0 ? ~index : index;
    }

    /// <summary>
    /// The stored day that a time lies in. It keeps its bounds although the site's days may begin at another time by now, so that days never
    /// overlap.
    /// </summary>
    private (long Start, long End)? Stored(long time) => DayBefore(time) is { } day && time < day.End ? (day.Start, day.End) : null;

    private RollupWindow? DayBefore(long time) =>
        Block(RollupLevel.Day, time).AtOrBefore(time) ?? Block(RollupLevel.Day, time - LongestDay).AtOrBefore(time);

    /// <summary>The day of a time as the site has it, less what is in days that were stored with another zone.</summary>
    private (long Start, long End) Day(WindowGrid days, long time)
    {
        var begin = days.StartOf(StoredTime.FromMilliseconds(time));
        var (start, end) = (StoredTime.ToMilliseconds(begin), StoredTime.ToMilliseconds(days.Next(begin)));
        if (DayBefore(time) is { } earlier) start = Math.Max(start, earlier.End);
        var next = Block(RollupLevel.Day, time).After(time) ?? Block(RollupLevel.Day, end).After(time);
        return (start, next is { } later ? Math.Min(end, later.Start) : end);
    }

    private int Quarters(in ChunkChange change)
    {
        quarters.Clear();
        var left = 0;
        for (var i = 0; i < change.Moved.Count; i = IndexOf(change.Moved, quarters[^1].Start + StoredPeriod.QuarterHour))
        {
            var first = change.Moved.Times[i];
            var start = StoredPeriod.FloorQuarter(first);
            var end = start + StoredPeriod.QuarterHour;
            var added = SummaryOf(change.Moved, start, end);
            var block = Block(RollupLevel.QuarterHour, start);
            var old = block.Find(start)?.Summary ?? default;
            if ((Continued(old, first, added) ?? FromChunks(change, start, end, old.Count)) is not { } summary)
            {
                summary = old;
                left++;
            }

            block.Set(new(start, end, summary));
            quarters.Add(new(start, first, added, summary.Count - old.Count));
        }

        return left;
    }

    /// <summary>The windows of a higher level that the changed quarter hours lie in.</summary>
    private int Above(int level, Func<long, (long Start, long End)> windowOf)
    {
        var left = 0;
        for (var i = 0; i < quarters.Count;)
        {
            var (start, end) = windowOf(quarters[i].Start);
            var (first, added, more) = (quarters[i].First, default(Summary), 0L);
            for (; i < quarters.Count && quarters[i].Start < end; i++)
            {
                added.Append(quarters[i].Added);
                more += quarters[i].More;
            }

            var block = Block(level, start);
            var old = block.Find(start)?.Summary ?? default;
            if (((old.Count > 0 ? Continued(old, first, added) : null) ?? FromQuarters(start, end, old.Count, more)) is { } summary)
                block.Set(new(start, end, summary));
            else
                left++;
        }

        return left;
    }

    private static Summary? Continued(Summary old, long first, in Summary added)
    {
        if (old.Count > 0 && StoredTime.ToMilliseconds(old.Last.Time) >= first) return null;
        old.Append(added);
        return old;
    }

    /// <summary>Null when the chunks do not hold all that the window was made of.</summary>
    private Summary? FromChunks(in ChunkChange change, long start, long end, long oldCount)
    {
        var more = SummaryOf(change.After, start, end).Count - SummaryOf(change.Before, start, end).Count;
        var summary = default(Summary);
        if (start >= change.Start && end <= change.End) summary = SummaryOf(change.After, start, end);
        else
        {
            for (var chunk = chunks.AtOrBefore(point, start) ?? chunks.After(point, start); chunk is { } row && row.Start < end;)
            {
                chunks.Read(row, other);
                summary.Append(SummaryOf(other, start, end));
                chunk = chunks.After(point, row.Start);
            }
        }

        return summary.Count == oldCount + more ? summary : null;
    }

    /// <summary>Null when the quarter hours do not tell all that the window was made of.</summary>
    private Summary? FromQuarters(long start, long end, long oldCount, long more)
    {
        var summary = default(Summary);
        for (var time = start; time < end;)
        {
            var block = Block(RollupLevel.QuarterHour, time);
            for (var i = block.IndexOf(time); i < block.Windows.Count && block.Windows[i].Start < end; i++) summary.Append(block.Windows[i].Summary);
            time = block.End;
        }

        return oldCount == 0 || summary.Count == oldCount + more ? summary : null;
    }

    private RollupBlock Block(int level, long time)
    {
        foreach (var known in blocks)
            if (known.Level == level && known.Start <= time && time < known.End)
                return known;
        var block = table.Read(point, level, time);
        blocks.Add(block);
        return block;
    }

    /// <summary>A quarter hour that readings were moved into.</summary>
    /// <param name="Start">Where it starts.</param>
    /// <param name="First">The time of the first of them.</param>
    /// <param name="Added">The good ones among them.</param>
    /// <param name="More">How many more readings its window tells of than before.</param>
    private readonly record struct QuarterChange(long Start, long First, Summary Added, long More);
}
