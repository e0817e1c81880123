namespace Plantroom;

/// <summary>A condition of the system itself that a person has to act on. Immutable.</summary>
public sealed record SystemAlarm
{
    /// <summary>The site that stands for the system itself in the names of its equipment; a building's site cannot be mistaken for it,
    /// as the rules below it begin with <see cref="RulePrefix"/>.</summary>
    public const string Site = "plantroom";

    /// <summary>What the ids of its rules begin with.</summary>
    public const string RulePrefix = "SYS-";

    /// <summary>The store of readings, as equipment: <c>plantroom/storage</c>.</summary>
    public static EquipmentId Storage { get; } = new(Site, "storage");

    /// <summary>Which condition, for example <c>SYS-01</c>; begins with <see cref="RulePrefix"/>.</summary>
    public required string Rule { get; init; }

    /// <summary>The part of the system that it concerns; its site is <see cref="Site"/>.</summary>
    public required EquipmentId Equipment { get; init; }

    /// <summary>How urgent it is.</summary>
    public required AlarmPriority Priority { get; init; }

    /// <summary>What is wrong, short; with the unit of the value, when there is one.</summary>
    public required LocalizedText Title { get; init; }

    /// <summary>What the person who reads it is to do.</summary>
    public required LocalizedText Action { get; init; }

    /// <summary>The value that raised it; null when it was not a value.</summary>
    public double? Value { get; init; }

    /// <summary>The limit that was passed.</summary>
    public double? Limit { get; init; }

    /// <summary>Whether an alarm is of the system itself, so that no rule of the site's files stands behind it.</summary>
    public static bool Is(Alarm alarm)
    {
        ArgumentNullException.ThrowIfNull(alarm);
        return alarm.Equipment.Site == Site && alarm.Rule.StartsWith(RulePrefix, StringComparison.Ordinal);
    }
}

/// <summary>
/// Port of the alarms of the system itself. They are recorded, published and acknowledged like those of the plant, and survive a restart.
/// </summary>
/// <remarks>
/// Whoever watches a condition says how it stands; delays that keep it from chattering are the watcher's. All members may be called from
/// any thread, return at once and may be called again with the same: nothing happens then. What is said before the alarms are loaded is
/// taken up afterwards.
/// </remarks>
public interface ISystemAlarms
{
    /// <summary>Says that a condition is met. When it is met already, its priority and texts are changed to these.</summary>
    void Set(SystemAlarm alarm);

    /// <summary>Says that a condition is not met, or not any more.</summary>
    /// <param name="equipment">The part of the system that it concerns.</param>
    /// <param name="rule">Which condition.</param>
    void Clear(EquipmentId equipment, string rule);
}
