namespace Plantroom.Ingest.Sqlite;

/// <summary>The levels of roll-ups as they are stored.</summary>
internal static class RollupLevel
{
    public const int QuarterHour = 0;
    public const int Hour = 1;
    public const int Day = 2;
    public const int Count = 3;

    /// <summary>How long a window is in stored time; most days are that long.</summary>
    public static long LengthOf(int level) => level switch
    {
        QuarterHour => StoredPeriod.QuarterHour,
        Hour => StoredPeriod.Hour,
        _ => StoredPeriod.Day,
    };

    /// <summary>
    /// How much time a row holds: 384 windows. More make a row expensive to write again while it grows, fewer leave more of its pages empty.
    /// </summary>
    public static long BlockOf(int level) => 384 * LengthOf(level);
}
