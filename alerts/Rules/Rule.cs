using System.Text.Json.Serialization;

namespace Plantroom.Alerts.Rules;

/// <summary>What is different for one piece of equipment.</summary>
/// <param name="Enabled">Whether the rule applies to it at all.</param>
/// <param name="Condition">The rule's condition with the equipment's own values.</param>
/// <param name="Priority">How urgent it is there.</param>
/// <param name="Line">The line in the rule's file.</param>
internal sealed record RuleOverride(bool Enabled, Condition Condition, AlarmPriority Priority, [property: JsonIgnore] int Line);

/// <summary>One rule of the files: bound to an equipment class, it watches one point of every piece of equipment of it. Immutable.</summary>
internal sealed record Rule
{
    public required string Id { get; init; }

    /// <summary>The equipment class it is bound to.</summary>
    public required string Class { get; init; }

    /// <summary>The point of that class it watches.</summary>
    public required string Point { get; init; }

    public required AlarmPriority Priority { get; init; }

    public required Condition Condition { get; init; }

    public required LocalizedText Title { get; init; }

    /// <summary>What the person who reads the alarm is to do. An alarm without it must not exist.</summary>
    public required LocalizedText Action { get; init; }

    /// <summary>What happens when nobody does it.</summary>
    public LocalizedText? Consequence { get; init; }

    public IReadOnlyList<LocalizedText> Causes { get; init; } = [];

    /// <summary>Where its numbers come from, for example <c>D</c> for a default of ours.</summary>
    public string? Source { get; init; }

    /// <summary>What differs per equipment.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<EquipmentId, RuleOverride> Overrides { get; init; } = new Dictionary<EquipmentId, RuleOverride>();

    /// <summary>The same for JSON, where keys are names.</summary>
    [JsonPropertyName("overrides")]
    public IEnumerable<KeyValuePair<string, RuleOverride>> NamedOverrides =>
        Overrides.ToDictionary(static o => o.Key.ToString(), static o => o.Value);

    [JsonIgnore]
    public string File { get; init; } = "";

    [JsonIgnore]
    public int Line { get; init; }
}

/// <summary>What an alarm is of: a rule at a piece of equipment. At most one alarm of each is not normal.</summary>
internal readonly record struct RuleKey(string Rule, EquipmentId Equipment)
{
    public static RuleKey Of(Alarm alarm) => new(alarm.Rule, alarm.Equipment);

    public override string ToString() => $"{Rule} {Equipment}";
}

/// <summary>A rule at one piece of equipment, with everything that evaluation needs.</summary>
internal sealed record BoundRule(Rule Rule, EquipmentId Equipment, PointId Point, Condition Condition, AlarmPriority Priority)
{
    public RuleKey Key => new(Rule.Id, Equipment);
}

/// <summary>Everything that the files of the rules folder say.</summary>
internal sealed record RuleSet(IReadOnlyList<Rule> Rules, Rain.RainTable? Rain)
{
    public static RuleSet Empty { get; } = new([], null);
}
