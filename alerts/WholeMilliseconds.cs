namespace Plantroom.Alerts;

/// <summary>The time as the readings and the database have it, so that an alarm is the same before and after it was stored.</summary>
internal static class WholeMilliseconds
{
    /// <summary>Now, UTC, without fractions of a millisecond.</summary>
    public static DateTime Now(this TimeProvider time)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return new(now.Ticks - (now.Ticks % TimeSpan.TicksPerMillisecond), DateTimeKind.Utc);
    }
}
