namespace Plantroom.Maintenance.Reminders;

/// <summary>When maintenance is due.</summary>
internal static class DueDate
{
    /// <summary>
    /// The day on which it is due: one interval after it was last done, as the site model or a recorded completion says,
    /// whichever is
    /// later. Equipment that was never maintained is due today: nobody knows what state it is in.
    /// </summary>
    /// <param name="plan">The interval and the last time that the site model knows.</param>
    /// <param name="completed">The last recorded completion; null for none.</param>
    /// <param name="today">In the site's time zone.</param>
    public static DateOnly Of(MaintenanceInterval plan, DateOnly? completed, DateOnly today)
    {
        var last = completed is { } done && (plan.LastDone is not { } known || done > known) ? completed : plan.LastDone;
        return last is { } from ? DateOnly.FromDateTime(from.ToDateTime(TimeOnly.MinValue) + plan.Interval) : today;
    }

    /// <summary>The day that it is at a site.</summary>
    public static DateOnly Today(DateTime now, TimeZoneInfo zone) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeFromUtc(now, zone));
}
