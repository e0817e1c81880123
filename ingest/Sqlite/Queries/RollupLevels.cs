namespace Plantroom.Ingest.Sqlite.Queries;

/// <summary>Which levels of roll-ups are worth reading where there are readings, too.</summary>
internal readonly record struct RollupLevels
{
    /// <summary>
    /// A window of a roll-up takes about as long to read as this many readings: with fewer of them the readings are read.
    /// </summary>
    private const double WorthReadings = 8;

    private readonly int levels;

    private RollupLevels(int levels) => this.levels = levels;

    /// <summary>Only readings.</summary>
    public static RollupLevels None => default;

    /// <summary>Whatever there is, for where there are no readings.</summary>
    public static RollupLevels All => new((1 << RollupLevel.Count) - 1);

    public bool Any => levels != 0;

    /// <summary>Those that are at most so long and stand for enough readings.</summary>
    public static RollupLevels Of(double longest, double readingsPerQuarterHour)
    {
        var levels = 0;
        for (var level = 0; level < RollupLevel.Count; level++)
        {
            var length = RollupLevel.LengthOf(level);
            if (length <= longest && readingsPerQuarterHour * length / StoredPeriod.QuarterHour >= WorthReadings) levels |= 1 << level;
        }

        return new(levels);
    }

    /// <summary>Whether even the shortest is longer.</summary>
    public static bool TooLong(double longest) => longest < StoredPeriod.QuarterHour;

    /// <summary>The next lower level; -1 when there is none.</summary>
    public int Below(int level)
    {
        do level--;
        while (level >= 0 && (levels & (1 << level)) == 0);
        return level;
    }
}
