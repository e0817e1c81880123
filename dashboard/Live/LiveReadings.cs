namespace Plantroom.Dashboard.Live;

/// <summary>
/// The newest reading of every point, in an array indexed by <see cref="PointId.Index"/>. Written by the feed, read by every open page;
/// all members may be called from any thread. Taking a reading allocates nothing, but for the growth of the array.
/// </summary>
internal sealed class LiveReadings(TimeProvider time)
{
    private readonly Lock gate = new();
    private Reading[] newest = new Reading[256];
    private DateTime[] arrived = new DateTime[256];
    private DateTime newestTime;
    private DateTime newestArrived;

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

    /// <summary>
    /// Takes over the readings that are not older than what is known, or whatever comes first after our clock was set back. Answers
    /// whether there was any.
    /// </summary>
    /// <param name="readings">The readings.</param>
    /// <param name="stored">Whether they are from the store: then they arrived at some time before, their own stands for it.</param>
    public bool Take(ReadOnlySpan<Reading> readings, bool stored = false)
    {
        var changed = false;
        var now = time.GetUtcNow().UtcDateTime;
        lock (gate)
        {
            foreach (ref readonly var reading in readings)
            {
                var index = reading.Point.Index;
                if (index >= newest.Length) Grow(index + 1);
                if (reading.Time < newest[index].Time && (stored || arrived[index] <= now)) continue;
                newest[index] = reading;
                arrived[index] = stored ? reading.Time : now;
                if (reading.Time > newestTime || newestArrived > now) (newestTime, newestArrived) = (reading.Time, arrived[index]);
                changed = true;
            }
        }

        return changed;
    }

    private void Grow(int atLeast)
    {
        var length = Math.Max(atLeast, newest.Length * 2);
        Array.Resize(ref newest, length);
        Array.Resize(ref arrived, length);
    }
}
