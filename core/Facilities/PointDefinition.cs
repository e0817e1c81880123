namespace Plantroom;

/// <summary>What the values of a point mean.</summary>
public enum PointKind
{
    /// <summary>A measured quantity, for example a level in metres.</summary>
    Measurement,

    /// <summary>Two states, 0 and 1.</summary>
    Switch,

    /// <summary>Whole numbers with labels, for example an operating mode.</summary>
    Enumeration,

    /// <summary>Only ever rises, until it is reset, replaced or rolls over, for example energy.</summary>
    Counter,
}

/// <summary>What the site model says about one point.</summary>
public sealed record PointDefinition
{
    /// <summary>Which point.</summary>
    public required PointId Id { get; init; }

    /// <summary>Its name for people.</summary>
    public required LocalizedText Name { get; init; }

    /// <summary>What its values mean.</summary>
    public required PointKind Kind { get; init; }

    /// <summary>UCUM unit, for example <c>m</c>, <c>MPa</c>, <c>kW.h</c>; empty for switches and enumerations.</summary>
    public string Unit { get; init; } = "";

    /// <summary>The smallest value that is physically possible, in <see cref="Unit"/>; null when not stated.</summary>
    public double? Min { get; init; }

    /// <summary>The largest value that is physically possible, in <see cref="Unit"/>; null when not stated.</summary>
    public double? Max { get; init; }

    /// <summary>How often a reading is expected at the latest; null when the point only reports changes.</summary>
    public TimeSpan? ExpectedInterval { get; init; }

    /// <summary>The names of the values of a switch or an enumeration.</summary>
    public IReadOnlyDictionary<int, LocalizedText> Labels { get; init; } = new Dictionary<int, LocalizedText>();

    /// <summary>Decimals to show, 0 to 6.</summary>
    public int Decimals { get; init; } = 1;
}
