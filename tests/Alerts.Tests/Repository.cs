using Plantroom.Yaml;

namespace Plantroom.Alerts.Tests;

/// <summary>Files of the repository, and the demonstration building as the tests need it.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Rules { get; } = Path.Combine(Root, "host", "site", "rules");

    public static string Cases { get; } = Path.Combine(Root, "tests", "Alerts.Tests", "cases");

    /// <summary>The demonstration building: classes with their points, sites with their equipment.</summary>
    public static Facility Building { get; } = ReadBuilding();

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Plantroom.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Not below the repository.");
        return folder;
    }

    private static Facility ReadBuilding()
    {
        var root = YamlFile.Load(Path.Combine(Root, "host", "site", "facility.yaml")).Root;
        var classes = root.Map("classes")!;
        var sites = new List<Site>();
        var equipment = new List<Equipment>();
        foreach (var site in root.Maps("sites"))
        {
            var id = site.RequiredText("id");
            sites.Add(new(id, LocalizedText.Same(id), TimeZoneInfo.FindSystemTimeZoneById(site.RequiredText("timeZone")), []));
            equipment.AddRange(site.Maps("equipment").Select(e => Equipment(id, e, classes)));
        }

        return new(sites, equipment) { Classes = classes.Keys.ToHashSet() };
    }

    private static Equipment Equipment(string site, YamlMap map, YamlMap classes)
    {
        var id = new EquipmentId(site, map.RequiredText("id"));
        var name = map.RequiredText("class");
        var points = classes.Map(name)!.Map("points")!;
        return new()
        {
            Id = id,
            Name = LocalizedText.Same(id.Equipment),
            Class = name,
            System = BuildingSystem.Drainage,
            Building = map.RequiredText("building"),
            Points = [.. points.Keys.Select(p => Point(id.Point(p), points.Map(p)!))],
        };
    }

    private static PointDefinition Point(PointId id, YamlMap map) => new()
    {
        Id = id,
        Name = LocalizedText.Same(id.Point),
        Kind = Enum.Parse<PointKind>(map.RequiredText("kind"), ignoreCase: true),
        Unit = map.Text("unit") ?? "",
        Min = map.Number("min"),
        Max = map.Number("max"),
        ExpectedInterval = map.Duration("expected"),
        Decimals = map.WholeNumber("decimals") ?? 1,
        Labels = map.Map("labels") is { } labels
            ? labels.Keys.ToDictionary(static k => int.Parse(k, null), k => new LocalizedText(labels.Map(k)!.RequiredText("zh"), labels.Map(k)!.RequiredText("en")))
            : new Dictionary<int, LocalizedText>(),
    };
}
