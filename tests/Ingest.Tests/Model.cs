namespace Plantroom.Ingest.Tests;

/// <summary>A small site model.</summary>
internal static class Model
{
    /// <summary>With some points, each site in a time zone.</summary>
    public static Facility Of(TimeZoneInfo zone, params PointId[] points)
    {
        var sites = points.Select(static p => p.Site).Distinct().Select(id => new Site(id, Name(id), zone, [new("B1", Name("B1"))]));
        var equipment = points.GroupBy(static p => p.Equipment).Select(static group => new Equipment
        {
            Id = group.Key,
            Name = Name(group.Key.Equipment),
            Class = "sump",
            System = BuildingSystem.Drainage,
            Building = "B1",
            Points = [.. group.Select(static p => new PointDefinition { Id = p, Name = Name(p.Point), Kind = PointKind.Measurement })],
        });
        return new([.. sites], [.. equipment]);
    }

    public static Facility Of(params PointId[] points) => Of(TimeZoneInfo.Utc, points);

    private static LocalizedText Name(string text) => new(text, text);
}
