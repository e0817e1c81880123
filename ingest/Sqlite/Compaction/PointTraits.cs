namespace Plantroom.Ingest.Sqlite.Compaction;

/// <summary>What the site model says about a point that its roll-ups depend on.</summary>
/// <param name="Days">Where its days begin.</param>
/// <param name="HasRise">Whether its rise means something: it is a counter, or nothing is known of it.</param>
internal sealed record PointTraits(WindowGrid Days, bool HasRise)
{
    private static readonly WindowLength Day = new(1, WindowUnit.Day);

    /// <summary>Of a point that the site model does not know.</summary>
    public static PointTraits Unknown { get; } = new(new(Day, TimeZoneInfo.Utc), true);

    /// <summary>Of a point by its name in the store.</summary>
    public static PointTraits Of(string name, Facility? facility)
    {
        if (facility is null || !PointId.IsValidName(name)) return Unknown;
        var point = PointId.Intern(name);
        var zone = facility.FindSite(point.Site)?.TimeZone ?? TimeZoneInfo.Utc;
        return new(new(Day, zone), facility.Find(point) is not { } definition || definition.Kind is PointKind.Counter);
    }
}
