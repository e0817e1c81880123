using System.Collections.Frozen;
using Plantroom.Yaml;

namespace Plantroom.Alerts.Rules;

/// <summary>Reads the rules of one file. What is wrong is reported to the file; what comes back is only used when nothing was.</summary>
internal static class RuleReader
{
    internal static readonly FrozenDictionary<string, AlarmPriority> Priorities = new Dictionary<string, AlarmPriority>
    {
        ["critical"] = AlarmPriority.Critical,
        ["high"] = AlarmPriority.High,
        ["medium"] = AlarmPriority.Medium,
        ["journal"] = AlarmPriority.Journal,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static IEnumerable<Rule> Read(YamlFile file) => file.Root.Maps("rules").Select(map => Read(file, map)).ToList();

    /// <summary>A text in both languages.</summary>
    internal static LocalizedText Text(YamlMap map)
    {
        var text = new LocalizedText(map.RequiredText("zh"), map.RequiredText("en"));
        map.Close();
        return text;
    }

    /// <summary>A text in both languages that must be there.</summary>
    internal static LocalizedText RequiredText(YamlMap map, string key)
    {
        if (map.Map(key) is { } text) return Text(text);
        if (!map.Has(key)) map.Report(key, "is missing");
        return LocalizedText.Same("");
    }

    /// <summary>A priority that must be there.</summary>
    internal static AlarmPriority RequiredPriority(YamlMap map)
    {
        if (!map.Has("priority")) map.Report("priority", "is missing; one of " + string.Join(", ", Priorities.Keys));
        return map.Choice("priority", Priorities) ?? AlarmPriority.Medium;
    }

    private static Rule Read(YamlFile file, YamlMap map)
    {
        var id = map.RequiredText("id");
        if (id.Length > 0 && !EquipmentId.IsValidSegment(id))
            map.Report("id", "must be 1 to 64 characters without '/', '+', '#' and white space");
        var kind = map.RequiredText("kind");
        var condition = ConditionReader.Read(kind, map);
        var priority = RequiredPriority(map);
        var rule = new Rule
        {
            Id = id,
            Class = map.RequiredText("class"),
            Point = map.RequiredText("point"),
            Priority = priority,
            Condition = condition,
            Title = RequiredText(map, "title"),
            Action = RequiredText(map, "action"),
            Consequence = map.Map("consequence") is { } consequence ? Text(consequence) : null,
            Causes = [.. map.Maps("causes").Select(Text)],
            Source = map.Text("source"),
            Overrides = Overrides(map, condition, priority),
            File = file.Path,
            Line = map.Line,
        };
        map.Close();
        return rule;
    }

    private static Dictionary<EquipmentId, RuleOverride> Overrides(YamlMap rule, Condition condition, AlarmPriority priority)
    {
        var overrides = new Dictionary<EquipmentId, RuleOverride>();
        if (rule.Map("overrides") is not { } map) return overrides;
        foreach (var name in map.Keys.ToList())
        {
            if (!EquipmentId.TryParse(name, out var equipment)) map.Report(name, "is not the name of a piece of equipment, site/equipment");
            if (map.Map(name) is not { } values) continue;
            overrides[equipment] = new(
                values.Boolean("enabled") ?? true,
                ConditionReader.Override(condition, values),
                values.Choice("priority", Priorities) ?? priority,
                values.Line);
            values.Close();
        }

        map.Close();
        return overrides;
    }
}
