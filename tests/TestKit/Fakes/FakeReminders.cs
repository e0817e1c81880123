namespace Plantroom.TestKit.Fakes;

/// <summary>Maintenance reminders that a test sets.</summary>
public sealed class FakeReminders : IMaintenanceReminders
{
    public IReadOnlyList<MaintenanceReminder> Open { get; set; } = [];

    /// <summary>Thrown while set, as a database that is away would.</summary>
    public Exception? Failure { get; set; }

    public ValueTask<IReadOnlyList<MaintenanceReminder>> OpenAsync(CancellationToken cancellationToken = default) =>
        Failure is { } failure ? throw failure : ValueTask.FromResult(Open);
}
