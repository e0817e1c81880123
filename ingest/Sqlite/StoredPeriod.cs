namespace Plantroom.Ingest.Sqlite;

/// <summary>Lengths and starts of the periods that the store is cut into, in stored time.</summary>
internal static class StoredPeriod
{
    public const long QuarterHour = 15 * 60_000;

    public const long Hour = 4 * QuarterHour;

    public const long Day = 24 * Hour;

    /// <summary>The whole quarter hour at or before a time.</summary>
    public static long FloorQuarter(long time) => StoredTime.WindowStart(time, QuarterHour);

    /// <summary>The whole quarter hour after a time: where a period ends that is to hold it.</summary>
    public static long EndOfQuarter(long time) => FloorQuarter(time) + QuarterHour;
}
