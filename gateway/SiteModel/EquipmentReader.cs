using Plantroom.Yaml;

namespace Plantroom.Gateway;

/// <summary>Equipment as read, before anything is interned: a file with mistakes leaves no trace.</summary>
internal sealed record EquipmentDraft(EquipmentId Id, LocalizedText Name, EquipmentClass Class, string Building)
{
    public string? Parent { get; init; }

    public required IReadOnlyList<PointTemplate> Points { get; init; }

    public MaintenanceInterval? Maintenance { get; init; }

    public Equipment ToEquipment() => new()
    {
        Id = Id,
        Name = Name,
        Class = Class.Id,
        System = Class.System,
        Building = Building,
        Parent = Parent is null ? null : new(Id.Site, Parent),
        Points = [.. Points.Select(p => p.Of(Id))],
        Maintenance = Maintenance,
    };
}

/// <summary>Reads the <c>equipment:</c> of a site.</summary>
internal sealed class EquipmentReader(
    string site, IReadOnlyDictionary<string, EquipmentClass> classes, IReadOnlyList<Building> buildings)
{
    private static readonly EquipmentClass Unknown = new("", default, []);
    private readonly Dictionary<string, int> lines = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Parent, YamlMap Map)> parents = new(StringComparer.Ordinal);

    public IReadOnlyList<EquipmentDraft> ReadAll(IEnumerable<YamlMap> maps)
    {
        List<EquipmentDraft> read = [.. maps.Select(Read)];
        CheckParents();
        return read;
    }

    private EquipmentDraft Read(YamlMap map)
    {
        var id = map.Id("id");
        UniqueIds.Check(map, id, lines);
        var name = map.Localized("name");
        var type = ClassOf(map);
        var building = BuildingOf(map);
        var parent = map.Has("parent") ? map.Id("parent") : null;
        if (id.Length > 0 && parent is { Length: > 0 }) parents.TryAdd(id, (parent, map));
        var draft = new EquipmentDraft(new(site, id), name, type, building)
        {
            Parent = parent,
            Maintenance = MaintenanceOf(map),
            Points = PointReader.ReadAll(map, type.Points),
        };
        map.Close();
        return draft;
    }

    private EquipmentClass ClassOf(YamlMap map)
    {
        var id = map.RequiredText("class");
        if (id.Length == 0) return Unknown;
        if (classes.TryGetValue(id, out var known)) return known;
        map.Report("class", $"there is no class '{id}'");
        return Unknown;
    }

    private string BuildingOf(YamlMap map)
    {
        var id = map.RequiredText("building");
        if (id.Length > 0 && buildings.All(b => b.Id != id)) map.Report("building", $"the site has no building '{id}'");
        return id;
    }

    private static MaintenanceInterval? MaintenanceOf(YamlMap equipment)
    {
        if (equipment.Map("maintenance") is not { } map) return null;
        if (!map.Has("interval")) map.RequiredText("interval");
        var interval = map.Duration("interval");
        if (interval < TimeSpan.FromDays(1)) map.Report("interval", "must be at least one day (1d)");
        var read = new MaintenanceInterval(interval ?? default, map.Date("lastDone"), map.Localized("task"));
        map.Close();
        return read;
    }

    private void CheckParents()
    {
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (id, (parent, map)) in parents)
        {
            if (!lines.ContainsKey(parent)) map.Report("parent", $"the site has no equipment '{parent}'");
            CheckCycle(id, done);
        }
    }

    /// <summary>Climbs from one piece of equipment; each is climbed over once, so that a cycle is reported once.</summary>
    private void CheckCycle(string id, HashSet<string> done)
    {
        var path = new List<string>();
        for (var at = id; !done.Contains(at) && parents.TryGetValue(at, out var up); at = up.Parent)
        {
            if (path.IndexOf(at) is var start and >= 0)
            {
                up.Map.Report("parent", "goes round in a circle: " + string.Join(" -> ", path[start..].Append(at)));
                break;
            }

            path.Add(at);
        }

        done.UnionWith(path);
    }
}
