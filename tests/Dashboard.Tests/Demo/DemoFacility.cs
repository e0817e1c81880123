using System.Globalization;
using System.Runtime.CompilerServices;
using Plantroom.Yaml;

namespace Plantroom.Dashboard.Tests.Demo;

/// <summary>The site model that ships with the product, read just far enough to fill a screen.</summary>
internal static class DemoFacility
{
    private static readonly Dictionary<string, PointKind> Kinds = new()
    {
        ["measurement"] = PointKind.Measurement, ["switch"] = PointKind.Switch,
        ["enumeration"] = PointKind.Enumeration, ["counter"] = PointKind.Counter,
    };

    private static readonly Dictionary<string, BuildingSystem> Systems = new()
    {
        ["drainage"] = BuildingSystem.Drainage, ["water_supply"] = BuildingSystem.WaterSupply, ["lifts"] = BuildingSystem.Lifts,
        ["lighting"] = BuildingSystem.Lighting, ["power"] = BuildingSystem.Power, ["fire"] = BuildingSystem.Fire,
        ["weather"] = BuildingSystem.Weather,
    };

    public static Facility Load([CallerFilePath] string here = "")
    {
        var file = YamlFile.Load(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../host/site/facility.yaml")));
        Assert.Empty(file.Problems);
        var classes = file.Root.Map("classes")!;
        var sites = file.Root.Maps("sites").Select(site => ReadSite(site, classes)).ToList();
        return new([.. sites.Select(static s => s.Site)], [.. sites.SelectMany(static s => s.Equipment)]);
    }

    private static (Site Site, List<Equipment> Equipment) ReadSite(YamlMap site, YamlMap classes)
    {
        var id = site.RequiredText("id");
        var zone = TimeZoneInfo.FindSystemTimeZoneById(site.RequiredText("timeZone"));
        var buildings = site.Maps("buildings").Select(static b => new Building(b.RequiredText("id"), Localized(b, "name"))).ToList();
        return (new(id, Localized(site, "name"), zone, buildings), [.. site.Maps("equipment").Select(e => ReadEquipment(id, e, classes))]);
    }

    private static Equipment ReadEquipment(string site, YamlMap map, YamlMap classes)
    {
        var id = new EquipmentId(site, map.RequiredText("id"));
        var name = map.RequiredText("class");
        var ofClass = classes.Map(name)!;
        var points = ofClass.Map("points")!;
        return new()
        {
            Id = id,
            Name = Localized(map, "name"),
            Class = name,
            System = Systems[ofClass.RequiredText("system")],
            Building = map.RequiredText("building"),
            Parent = map.Text("parent") is { } parent ? new(site, parent) : null,
            Points = [.. points.Keys.Select(key => ReadPoint(id.Point(key), points.Map(key)!))],
            Maintenance = map.Map("maintenance") is { } plan
                ? new(plan.Duration("interval")!.Value, plan.Date("lastDone"), Localized(plan, "task"))
                : null,
        };
    }

    private static PointDefinition ReadPoint(PointId id, YamlMap map) => new()
    {
        Id = id,
        Name = Localized(map, "name"),
        Kind = Kinds[map.RequiredText("kind")],
        Unit = map.Text("unit") ?? "",
        Min = map.Number("min"),
        Max = map.Number("max"),
        ExpectedInterval = map.Duration("expected"),
        Decimals = map.WholeNumber("decimals") ?? 1,
        Labels = map.Map("labels") is { } labels
            ? labels.Keys.ToDictionary(static key => int.Parse(key, CultureInfo.InvariantCulture), key => Localized(labels, key))
            : new Dictionary<int, LocalizedText>(),
    };

    private static LocalizedText Localized(YamlMap map, string key)
    {
        var text = map.Map(key)!;
        return new(text.RequiredText("zh"), text.RequiredText("en"));
    }
}
