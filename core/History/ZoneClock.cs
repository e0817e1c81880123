namespace Plantroom;

/// <summary>
/// What the clocks of a zone show, in ticks since year 1. A change of the clocks is found by looking at the offset twice a day, so a
/// change that is taken back within half a day is not seen; no zone has one.
/// </summary>
internal sealed class ZoneClock(TimeZoneInfo zone)
{
    /// <summary>No zone is further from UTC.</summary>
    private const long Furthest = TimeSpan.TicksPerDay;

    private const long Look = TimeSpan.TicksPerDay / 2;

    /// <summary>What the clocks show at a moment.</summary>
    public long Local(long utc) => utc + Offset(utc);

    /// <summary>
    /// The first moment at which the clocks show a time or a later one: of a time that comes twice the first, of one that is left out the
    /// change of the clocks. It never falls when the time rises.
    /// </summary>
    public long First(long local)
    {
        for (var at = local - Furthest; ; at = Change(at, at + Look))
        {
            var first = Math.Max(at, local - Offset(at));
            if (first < Change(at, at + Look)) return first;
        }
    }

    /// <summary>The moments within a range, its ends not included, at which the clocks are changed.</summary>
    public IEnumerable<ClockChange> Changes(long from, long to)
    {
        for (var at = from; at < to;)
        {
            var until = Math.Min(at + Look, to);
            var next = Change(at, until);
            if (next < to && Offset(at) != Offset(next)) yield return new(next, Offset(at), Offset(next));
            at = next;
        }
    }

    private long Offset(long utc) =>
        zone.GetUtcOffset(new DateTime(Math.Clamp(utc, 0, DateTime.MaxValue.Ticks), DateTimeKind.Utc)).Ticks;

    /// <summary>The first moment after another whose offset differs, or <paramref name="until"/> when there is none before.</summary>
    private long Change(long at, long until)
    {
        var offset = Offset(at);
        if (Offset(until) == offset) return until;
        while (until - at > 1)
        {
            var middle = at + ((until - at) / 2);
            if (Offset(middle) == offset) at = middle;
            else until = middle;
        }

        return until;
    }
}

/// <summary>A change of the clocks, in ticks.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Before">How far the clocks were ahead of UTC before.</param>
/// <param name="After">How far they are ahead of UTC from then on.</param>
internal readonly record struct ClockChange(long At, long Before, long After);
