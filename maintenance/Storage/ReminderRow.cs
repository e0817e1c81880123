namespace Plantroom.Maintenance.Storage;

/// <summary>What became of a reminder. The numbers are stored.</summary>
internal enum ReminderState
{
    /// <summary>The work is to be done.</summary>
    Open = 0,

    /// <summary>Somebody recorded the work as done.</summary>
    Done = 1,

    /// <summary>The site model no longer asks for it.</summary>
    Withdrawn = 2,
}

/// <summary>A reminder, table <c>maintenance_reminder</c>.</summary>
internal sealed class ReminderRow
{
    public long Id { get; init; }

    public required string Site { get; init; }

    public required string Equipment { get; init; }

    public required string TaskZhCn { get; init; }

    public required string TaskEn { get; init; }

    /// <summary>In the site's time zone.</summary>
    public required DateOnly DueOn { get; init; }

    /// <summary>UTC.</summary>
    public required DateTime RaisedAt { get; init; }

    public ReminderState State { get; set; }

    /// <summary>When it was done or withdrawn, UTC.</summary>
    public DateTime? ClosedAt { get; set; }

    /// <summary>Who did it; null when it was withdrawn.</summary>
    public string? ClosedBy { get; set; }

    public string? Note { get; set; }

    public EquipmentId EquipmentId => new(Site, Equipment);

    public MaintenanceReminder ToReminder() => new(
        Id,
        EquipmentId,
        new(TaskZhCn, TaskEn),
        DueOn,
        RaisedAt,
        State is ReminderState.Done ? ClosedAt : null,
        State is ReminderState.Done ? ClosedBy : null);
}

/// <summary>Maintenance that was done, table <c>maintenance_completion</c>; kept for good.</summary>
internal sealed class CompletionRow
{
    public long Id { get; init; }

    public required string Site { get; init; }

    public required string Equipment { get; init; }

    public required long ReminderId { get; init; }

    /// <summary>The day, in the site's time zone: the next interval counts from it.</summary>
    public required DateOnly DoneOn { get; init; }

    /// <summary>UTC.</summary>
    public required DateTime DoneAt { get; init; }

    public required string DoneBy { get; init; }

    public string? Note { get; init; }
}
