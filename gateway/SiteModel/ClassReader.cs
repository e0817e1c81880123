using Plantroom.Yaml;

namespace Plantroom.Gateway;

/// <summary>What all equipment of a class has in common.</summary>
internal sealed record EquipmentClass(string Id, BuildingSystem System, IReadOnlyList<PointTemplate> Points);

/// <summary>Reads <c>classes:</c>.</summary>
internal static class ClassReader
{
    private static readonly Dictionary<string, BuildingSystem> Systems = new()
    {
        ["drainage"] = BuildingSystem.Drainage,
        ["water_supply"] = BuildingSystem.WaterSupply,
        ["lifts"] = BuildingSystem.Lifts,
        ["lighting"] = BuildingSystem.Lighting,
        ["power"] = BuildingSystem.Power,
        ["fire"] = BuildingSystem.Fire,
        ["weather"] = BuildingSystem.Weather,
    };

    /// <summary>The name of a system as files and answers write it.</summary>
    public static string NameOf(BuildingSystem system) => Systems.First(s => s.Value == system).Key;

    /// <summary>Reads every class; one with problems is there too, so that its equipment is not reported as well.</summary>
    public static IReadOnlyDictionary<string, EquipmentClass> ReadAll(YamlMap root)
    {
        var read = new Dictionary<string, EquipmentClass>(StringComparer.Ordinal);
        if (!root.Has("classes")) root.RequiredText("classes");
        if (root.Map("classes") is not { } classes) return read;
        foreach (var id in classes.Keys)
            if (classes.KeyIsId(id) && classes.Map(id) is { } map)
                read[id] = Read(id, map);
        return read;
    }

    private static EquipmentClass Read(string id, YamlMap map)
    {
        if (!map.Has("system")) map.RequiredText("system");
        var system = map.Choice("system", Systems) ?? default;
        if (!map.Has("points")) map.RequiredText("points");
        var points = PointReader.ReadAll(map, []);
        map.Close();
        return new(id, system, points);
    }
}
