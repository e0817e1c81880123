namespace Plantroom.Ingest.Sqlite;

/// <summary>Between the times of readings and the milliseconds since 1970 that are stored.</summary>
internal static class StoredTime
{
    /// <summary>The stored form of a reading's time, which is in whole milliseconds.</summary>
    public static long ToMilliseconds(DateTime time) => FloorDivide(time.Ticks - DateTime.UnixEpoch.Ticks, TimeSpan.TicksPerMillisecond);

    /// <summary>The first stored time at or after a moment, for the ends of ranges.</summary>
    public static long FirstAtOrAfter(DateTime time) => -FloorDivide(DateTime.UnixEpoch.Ticks - time.Ticks, TimeSpan.TicksPerMillisecond);

    /// <summary>The end of a range that is to hold what is stored at a moment.</summary>
    public static DateTime Next(DateTime time) =>
        time.Ticks > DateTime.MaxValue.Ticks - TimeSpan.TicksPerMillisecond ? DateTime.MaxValue : FromMilliseconds(ToMilliseconds(time) + 1);

    public static DateTime FromMilliseconds(long milliseconds) =>
        new(DateTime.UnixEpoch.Ticks + (milliseconds * TimeSpan.TicksPerMillisecond), DateTimeKind.Utc);

    /// <summary>Whether a stored time is one of the years 1 to 9999.</summary>
    public static bool IsPossible(long milliseconds) =>
        milliseconds >= ToMilliseconds(DateTime.MinValue) && milliseconds <= ToMilliseconds(DateTime.MaxValue);

    /// <summary>The start of the window that a stored time lies in.</summary>
    public static long WindowStart(long milliseconds, long every) => FloorDivide(milliseconds, every) * every;

    private static long FloorDivide(long value, long divisor)
    {
        var quotient = value / divisor;
        return value % divisor < 0 ? quotient - 1 : quotient;
    }
}
