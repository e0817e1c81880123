namespace Plantroom.Ingest;

/// <summary>
/// How long the readings of a class of equipment, or of one of its points, are kept. What is not set is as for all others.
/// </summary>
public sealed class KeepOptions
{
    /// <summary>Instead of <see cref="IngestOptions.KeepRaw"/>. 1 h to 36,500 d.</summary>
    public TimeSpan? Raw { get; set; }

    /// <summary>Instead of <see cref="IngestOptions.KeepQuarterHours"/>. 1 h to 36,500 d.</summary>
    public TimeSpan? QuarterHours { get; set; }

    /// <summary>Instead of <see cref="IngestOptions.KeepHours"/>. 1 h to 36,500 d.</summary>
    public TimeSpan? Hours { get; set; }

    /// <summary>Instead of <see cref="IngestOptions.KeepDays"/>. 1 h to 36,500 d.</summary>
    public TimeSpan? Days { get; set; }
}
