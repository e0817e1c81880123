namespace Plantroom;

/// <summary>
/// Where windows begin. Lengths that divide a day begin at multiples of themselves on the local clock, other lengths of time at multiples
/// since 1970 UTC; parts of the calendar at local midnight, weeks on Mondays. Where clocks are changed, days have 23 or 25 hours, and
/// windows of several hours are shorter or longer by the same hour.
/// </summary>
/// <param name="length">The length of the windows.</param>
/// <param name="zone">Whose clock and calendar.</param>
public sealed class WindowGrid(WindowLength length, TimeZoneInfo zone)
{
    private static readonly DateTime FirstMonday = new(1970, 1, 5);

    private readonly bool dividesDay = !length.IsCalendar && TimeSpan.TicksPerDay % length.Usual.Ticks == 0;

    /// <summary>The start of the window that a moment lies in.</summary>
    public DateTime StartOf(DateTime utc)
    {
        var offset = zone.GetUtcOffset(utc);
        var local = DateTime.SpecifyKind(utc + offset, DateTimeKind.Unspecified);
        if (length.IsCalendar) return ToUtc(StartOfCalendar(local), utc, false);
        var ticks = length.Usual.Ticks;
        if (!dividesDay) return new(DateTime.UnixEpoch.Ticks + (Floor(utc.Ticks - DateTime.UnixEpoch.Ticks, ticks) * ticks), DateTimeKind.Utc);
        return ToUtc(local.AddTicks(-(local.TimeOfDay.Ticks % ticks)), utc, true);
    }

    /// <summary>The start of the window that follows the one that starts at a moment.</summary>
    public DateTime Next(DateTime start)
    {
        var probe = start + length.Usual;
        var next = StartOf(probe);
        while (next <= start) next = StartOf(probe += length.IsCalendar ? TimeSpan.FromHours(6) : TimeSpan.FromMinutes(15));
        for (var before = StartOf(next.AddTicks(-1)); before > start; before = StartOf(next.AddTicks(-1))) next = before;
        return next;
    }

    private static long Floor(long value, long divisor)
    {
        var quotient = value / divisor;
        return value % divisor < 0 ? quotient - 1 : quotient;
    }

    private DateTime StartOfCalendar(DateTime local)
    {
        var days = (long)(local.Date - DateTime.UnixEpoch).TotalDays;
        var weeks = Floor((long)(local.Date - FirstMonday).TotalDays, 7);
        var months = (local.Year * 12) + local.Month - 1;
        return length.Unit switch
        {
            WindowUnit.Day => new DateTime(1970, 1, 1).AddDays(Floor(days, length.Count) * length.Count),
            WindowUnit.Week => FirstMonday.AddDays(7 * Floor(weeks, length.Count) * length.Count),
            WindowUnit.Month => FromMonths((int)Floor(months, length.Count) * length.Count),
            _ => new DateTime(Math.Max((int)Floor(local.Year, length.Count) * length.Count, 1), 1, 1),
        };
    }

    private static DateTime FromMonths(int months) => new(months / 12, (months % 12) + 1, 1);

    /// <summary>
    /// When the local clock shows a time. One that is left out is the moment of the change; one that comes twice is the first, except for
    /// windows that fit into the hour that is repeated.
    /// </summary>
    private DateTime ToUtc(DateTime local, DateTime latest, bool mayRepeat)
    {
        if (zone.IsInvalidTime(local)) return DateTime.SpecifyKind(local - zone.GetUtcOffset(local.AddHours(-3)), DateTimeKind.Utc);
        if (!zone.IsAmbiguousTime(local)) return DateTime.SpecifyKind(local - zone.GetUtcOffset(local), DateTimeKind.Utc);
        var offsets = zone.GetAmbiguousTimeOffsets(local);
        var (smaller, larger) = (offsets.Min(), offsets.Max());
        var second = DateTime.SpecifyKind(local - smaller, DateTimeKind.Utc);
        if (mayRepeat && second <= latest && (larger - smaller).Ticks % length.Usual.Ticks == 0) return second;
        return DateTime.SpecifyKind(local - larger, DateTimeKind.Utc);
    }
}
