namespace Plantroom.Dashboard.Live;

/// <summary>
/// The newest reading of every point, in an array indexed by <see cref="PointId.Index"/>. Written by the feed, read by every open page;
/// all members may be called from any thread. Taking a reading allocates nothing, but for the growth of the array.
/// </summary>
internal sealed class LiveReadings
{
    private readonly Lock gate = new();
    private Reading[] newest = new Reading[256];
    private DateTime newestTime;

    /// <summary>The time of the newest reading of all; <c>default</c> when there is none yet.</summary>
    public DateTime NewestTime
    {
        get
        {
            lock (gate) return newestTime;
        }
    }

    /// <summary>The newest reading of a point; null when it never had one.</summary>
    public Reading? this[PointId point]
    {
        get
        {
            lock (gate) return point.Index < newest.Length && newest[point.Index] is { Point.Index: > 0 } reading ? reading : null;
        }
    }

    /// <summary>Takes over the readings that are not older than what is known. Answers whether there was any.</summary>
    public bool Take(ReadOnlySpan<Reading> readings)
    {
        var changed = false;
        lock (gate)
        {
            foreach (ref readonly var reading in readings)
            {
                var index = reading.Point.Index;
                if (index >= newest.Length) Array.Resize(ref newest, Math.Max(index + 1, newest.Length * 2));
                if (reading.Time < newest[index].Time) continue;
                newest[index] = reading;
                if (reading.Time > newestTime) newestTime = reading.Time;
                changed = true;
            }
        }

        return changed;
    }
}
