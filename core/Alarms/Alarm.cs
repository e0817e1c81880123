using System.Text.Json.Serialization;

namespace Plantroom;

/// <summary>The states of an alarm (ISA-18.2), as far as they are reachable today. The numbers are stored.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<AlarmState>))]
public enum AlarmState
{
    /// <summary>A: the condition is not met and nothing is left to acknowledge.</summary>
    Normal = 0,

    /// <summary>B: in alarm, nobody has acknowledged it.</summary>
    Unacknowledged = 1,

    /// <summary>C: in alarm, somebody knows.</summary>
    Acknowledged = 2,

    /// <summary>D: returned to normal before anybody acknowledged it.</summary>
    ReturnedUnacknowledged = 3,
}

/// <summary>How urgent an alarm is. The numbers are shown to people: 1 is worst.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<AlarmPriority>))]
public enum AlarmPriority
{
    /// <summary>1 紧急: act at once.</summary>
    Critical = 1,

    /// <summary>2 高: act within a quarter of an hour.</summary>
    High = 2,

    /// <summary>3 一般: act within the shift.</summary>
    Medium = 3,

    /// <summary>4 记录: recorded only.</summary>
    Journal = 4,
}

/// <summary>One occurrence of an alarm, as it stood after a transition. Immutable.</summary>
public sealed record Alarm
{
    /// <summary>The number of the occurrence; rises, never reused.</summary>
    public required long Id { get; init; }

    /// <summary>The rule that raised it, for example <c>FL-01</c>.</summary>
    public required string Rule { get; init; }

    /// <summary>The equipment it concerns.</summary>
    public required EquipmentId Equipment { get; init; }

    /// <summary>The point whose reading raised it; null when it was not one point.</summary>
    public PointId? Point { get; init; }

    /// <summary>How urgent it is.</summary>
    public required AlarmPriority Priority { get; init; }

    /// <summary>Where it stands.</summary>
    public required AlarmState State { get; init; }

    /// <summary>What is wrong, short.</summary>
    public required LocalizedText Title { get; init; }

    /// <summary>What the person who reads it is to do.</summary>
    public required LocalizedText Action { get; init; }

    /// <summary>The value that raised it, in the point's unit.</summary>
    public double? Value { get; init; }

    /// <summary>The limit that was passed, in the point's unit.</summary>
    public double? Limit { get; init; }

    /// <summary>When it was raised, UTC; of the last occurrence when it came again before it was acknowledged.</summary>
    public required DateTime RaisedAt { get; init; }

    /// <summary>When the condition went away, UTC; null while in alarm.</summary>
    public DateTime? ReturnedAt { get; init; }

    /// <summary>When it was acknowledged, UTC.</summary>
    public DateTime? AcknowledgedAt { get; init; }

    /// <summary>Who acknowledged it.</summary>
    public string? AcknowledgedBy { get; init; }

    /// <summary>What that person wrote.</summary>
    public string? Note { get; init; }

    /// <summary>How often the condition became true in this occurrence, at least 1.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Whether the condition is met.</summary>
    public bool InAlarm => State is AlarmState.Unacknowledged or AlarmState.Acknowledged;

    /// <summary>Whether somebody still has to acknowledge it.</summary>
    public bool NeedsAcknowledgement => State is AlarmState.Unacknowledged or AlarmState.ReturnedUnacknowledged;
}
