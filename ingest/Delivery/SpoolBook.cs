namespace Plantroom.Ingest.Delivery;

/// <summary>A part of a file that is to be delivered.</summary>
/// <param name="Segment">The file.</param>
/// <param name="Part">Which part of it.</param>
/// <param name="IsLive">Whether it belongs to the newest, which is not kept waiting.</param>
internal readonly record struct Portion(SpoolSegment Segment, Part Part, bool IsLive);

/// <summary>
/// Knows what waits in the spool and what of it comes next. May be used from any thread; one delivers.
/// <code>
///   oldest                                                              newest
///   file 7         file 8         file 9         file 10        file 11
///   ######|======  =============  ====|########  ####|=======   ===|##|..... &lt; appended
///          ^                                         ^             ^  ^
///          backlog: the oldest first, paced          an outage     |  live: at once
///                                                                  the newest end when the live part fell behind
///   # delivered (a file that is all delivered is removed)   = backlog   . live
/// </code>
/// Live is what lies behind one place. When too much has gathered behind it, after an outage above all, that place moves to the newest
/// readings, and what is before it has become backlog: one more part that is open, or a longer one.
/// </summary>
/// <param name="batchReadings">How many newest readings stay live when that place moves.</param>
internal sealed class SpoolBook(int batchReadings)
{
    private readonly Lock gate = new();
    private readonly SortedList<long, SpoolSegment> segments = [];
    private readonly Queue<Mark> marks = new();
    private long marked;
    private long live;
    private (long Number, long Offset) liveFrom;

    /// <summary>Called when the first live reading waits, and when there are enough for a batch. Must not block.</summary>
    public Action? Wake { get; set; }

    /// <summary>The highest number that a file has or had.</summary>
    public long Newest { get; private set; }

    /// <summary>How many live readings are neither delivered nor on their way.</summary>
    public long Live
    {
        get
        {
            lock (gate) return live;
        }
    }

    /// <summary>How many readings are not delivered.</summary>
    public long Readings
    {
        get
        {
            lock (gate) return segments.Values.Sum(static s => s.Waiting);
        }
    }

    /// <summary>What the files take on the disk.</summary>
    public long Bytes
    {
        get
        {
            lock (gate) return segments.Values.Sum(static s => s.End);
        }
    }

    /// <summary>Whether there are files of which nothing is needed any more.</summary>
    public bool HasDone
    {
        get
        {
            lock (gate) return segments.Values.Any(static s => s.IsDone);
        }
    }

    /// <summary>The oldest that is not delivered; null when everything is.</summary>
    public Portion? Oldest
    {
        get
        {
            lock (gate)
                return segments.Values.FirstOrDefault(static s => !s.Undelivered.IsEmpty) is { } segment
                    ? new(segment, segment.Undelivered.All[0], IsLive: false)
                    : null;
        }
    }

    /// <summary>What is to be written down so that a restart knows it.</summary>
    public SpoolCursor Cursor
    {
        get
        {
            lock (gate) return SpoolCursor.Of(Newest, segments.Values);
        }
    }

    /// <summary>Takes over a file, of an earlier run or a new one. What waits in it is live until it proves to be too much.</summary>
    public void Add(SpoolSegment segment)
    {
        lock (gate)
        {
            segments.Add(segment.Number, segment);
            live += segment.Waiting;
            Newest = Math.Max(Newest, segment.Number);
        }
    }

    /// <summary>The files that it knows.</summary>
    public IReadOnlyList<long> Numbers()
    {
        lock (gate) return [.. segments.Keys];
    }

    /// <summary>No file may have a number up to this one any more.</summary>
    public void Used(long number)
    {
        lock (gate) Newest = Math.Max(Newest, number);
    }

    /// <summary>Records were appended, in this order.</summary>
    public void Appended(SpoolSegment segment, ReadOnlySpan<SpoolRecord> records)
    {
        bool wake;
        lock (gate)
        {
            var before = live;
            foreach (ref readonly var record in records)
            {
                marks.Enqueue(new(segment.Number, segment.End, record.Readings));
                segment.Add(record.Size, record.Readings, record.Arrived);
                marked += record.Readings;
                live += record.Readings;
            }

            while (marked - marks.Peek().Readings >= batchReadings) marked -= marks.Dequeue().Readings;
            wake = before == 0 || (before < batchReadings && live >= batchReadings);
        }

        if (wake) Wake?.Invoke();
    }

    /// <summary>Nothing is appended to a file any more.</summary>
    public void Finished(SpoolSegment segment)
    {
        lock (gate) segment.IsFinished = true;
    }

    /// <summary>The oldest part that is live, or that is not; null when there is none.</summary>
    public Portion? Next(bool isLive)
    {
        lock (gate)
        {
            foreach (var segment in segments.Values)
            {
                var border = segment.Number.CompareTo(liveFrom.Number) switch { < 0 => long.MaxValue, 0 => liveFrom.Offset, _ => 0 };
                var part = segment.Free.FirstAt(isLive ? border : 0);
                if (!isLive && part is { } p) part = p.From < border ? p with { To = Math.Min(p.To, border) } : null;
                if (part is { } found) return new(segment, found, isLive);
            }

            if (isLive) live = 0;
            return null;
        }
    }

    /// <summary>Leaves only the newest readings live, about as many as a batch takes. False when that changes nothing.</summary>
    public bool Jump()
    {
        lock (gate)
        {
            var to = marks.TryPeek(out var mark) ? (mark.Number, mark.Offset) : (Newest + 1, 0);
            if (to.CompareTo(liveFrom) <= 0) return false;
            (liveFrom, live) = (to, Math.Min(live, marked));
            return true;
        }
    }

    /// <summary>A part is on its way.</summary>
    public void Taken(Portion portion, int readings)
    {
        lock (gate)
        {
            portion.Segment.Free.Remove(portion.Part.From, portion.Part.To);
            if (portion.IsLive) live = Math.Max(0, live - readings);
        }
    }

    /// <summary>A part that was on its way has not arrived: it is to be delivered again.</summary>
    public void Returned(Portion portion, int readings)
    {
        lock (gate)
        {
            portion.Segment.Free.Add(portion.Part.From, portion.Part.To);
            if ((portion.Segment.Number, portion.Part.From).CompareTo(liveFrom) >= 0) live += readings;
        }
    }

    /// <summary>A part is delivered, or cannot be.</summary>
    public void Done(Portion portion, int readings)
    {
        lock (gate) portion.Segment.Done(portion.Part, readings);
    }

    /// <summary>Gives up what came in before a time, file by file; what is on its way is left alone.</summary>
    /// <returns>How many readings that were.</returns>
    public long Expire(long before)
    {
        lock (gate)
        {
            var expired = 0L;
            foreach (var segment in segments.Values)
            {
                if (segment.Undelivered.IsEmpty || segment.Last >= before || !segment.Free.All.SequenceEqual(segment.Undelivered.All)) continue;
                expired += segment.Waiting;
                segment.Free.Remove(0, segment.End);
                segment.Done(new(0, segment.End), segment.Waiting);
            }

            return expired;
        }
    }

    /// <summary>Forgets the files of which nothing is needed any more, and gives them away to be deleted.</summary>
    public IReadOnlyList<SpoolSegment> TakeDone()
    {
        lock (gate)
        {
            List<SpoolSegment> done = [.. segments.Values.Where(static s => s.IsDone)];
            foreach (var segment in done) segments.Remove(segment.Number);
            return done;
        }
    }

    private readonly record struct Mark(long Number, long Offset, int Readings);
}
