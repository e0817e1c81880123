using Plantroom.Yaml;

namespace Plantroom.Gateway;

/// <summary>Reads one item of <c>sites:</c>.</summary>
/// <param name="classes">The classes of the file.</param>
internal sealed class SiteReader(IReadOnlyDictionary<string, EquipmentClass> classes)
{
    private readonly Dictionary<string, int> sites = new(StringComparer.Ordinal);

    /// <summary>Reads a site and its equipment. What it answers is only of use when nothing was reported.</summary>
    public (Site Site, IReadOnlyList<EquipmentDraft> Equipment) Read(YamlMap map)
    {
        var id = map.Id("id");
        UniqueIds.Check(map, id, sites);
        var name = map.Localized("name");
        var zone = TimeZoneOf(map);
        var buildings = Buildings(map);
        var equipment = new EquipmentReader(id, classes, buildings).ReadAll(map.Maps("equipment"));
        map.Close();
        return (new(id, name, zone, buildings), equipment);
    }

    private static TimeZoneInfo TimeZoneOf(YamlMap map)
    {
        var id = map.RequiredText("timeZone");
        if (id.Length == 0) return TimeZoneInfo.Utc;
        if (TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone)) return zone;
        map.Report("timeZone", $"'{id}' is not a time zone; use an IANA name such as Asia/Shanghai");
        return TimeZoneInfo.Utc;
    }

    private static List<Building> Buildings(YamlMap site)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var read = new List<Building>();
        foreach (var map in site.Maps("buildings"))
        {
            var id = map.Id("id");
            UniqueIds.Check(map, id, seen);
            read.Add(new(id, map.Localized("name")));
            map.Close();
        }

        return read;
    }
}

/// <summary>Reports ids that are there twice.</summary>
internal static class UniqueIds
{
    public static void Check(YamlMap map, string id, Dictionary<string, int> seen)
    {
        if (id.Length > 0 && !seen.TryAdd(id, map.LineOf("id")))
            map.Report("id", $"{id} is there twice; first in line {seen[id]}");
    }
}
