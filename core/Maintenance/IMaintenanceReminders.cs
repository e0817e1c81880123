namespace Plantroom;

/// <summary>Equipment whose preventive maintenance is due.</summary>
/// <param name="Id">The number of the reminder; rises, never reused.</param>
/// <param name="Equipment">The equipment.</param>
/// <param name="Task">What is to be done.</param>
/// <param name="DueOn">The day it was due, in the site's time zone.</param>
/// <param name="RaisedAt">When the reminder was raised, UTC.</param>
/// <param name="DoneAt">When the work was recorded as done, UTC; null while open.</param>
/// <param name="DoneBy">Who recorded it.</param>
public sealed record MaintenanceReminder(
    long Id, EquipmentId Equipment, LocalizedText Task, DateOnly DueOn, DateTime RaisedAt, DateTime? DoneAt = null, string? DoneBy = null);

/// <summary>Port of the preventive-maintenance reminders for screens.</summary>
public interface IMaintenanceReminders
{
    /// <summary>The reminders that are open, longest overdue first.</summary>
    ValueTask<IReadOnlyList<MaintenanceReminder>> OpenAsync(CancellationToken cancellationToken = default);
}
