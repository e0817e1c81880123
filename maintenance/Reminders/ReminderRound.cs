using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Plantroom.Maintenance.Storage;

namespace Plantroom.Maintenance.Reminders;

/// <summary>
/// Looks at every piece of equipment once: raises a reminder where maintenance is due and none is open, and withdraws reminders
/// that the
/// site model no longer asks for. The result depends on the day alone, not on how often or how long ago the last round was.
/// </summary>
internal sealed partial class ReminderRound(
    IDbContextFactory<MaintenanceDbContext> databases,
    IFacilitySource facilities,
    MaintenanceMetrics metrics,
    TimeProvider time,
    ILogger<ReminderRound> logger) : IDisposable
{
    private readonly SemaphoreSlim oneAtATime = new(1, 1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await oneAtATime.WaitAsync(cancellationToken);
        try
        {
            await RunAsync(facilities.Current, time.GetUtcNow().UtcDateTime, cancellationToken);
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    public void Dispose() => oneAtATime.Dispose();

    private async Task RunAsync(Facility facility, DateTime now, CancellationToken cancellationToken)
    {
        // No site model is in force yet; an empty one must not withdraw everything.
        if (facility.Equipment.Count == 0) return;
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var open = await database.Reminders.Where(static r => r.State == ReminderState.Open).ToListAsync(cancellationToken);
        var due = Due(facility, await LastCompletionsAsync(database, cancellationToken), now);

        var withdrawn = open.Where(r => !due.ContainsKey(r.EquipmentId)).ToList();
        foreach (var reminder in withdrawn) Withdraw(reminder, now);
        var raised = due
            .Where(d => open.TrueForAll(r => r.EquipmentId != d.Key))
            .Select(d => Raise(d.Key, d.Value.Plan, d.Value.DueOn, now))
            .ToList();
        database.Reminders.AddRange(raised);
        await SaveAsync(database, raised.Count, withdrawn.Count, cancellationToken);
    }

    private async Task SaveAsync(MaintenanceDbContext database, int raised, int withdrawn, CancellationToken cancellationToken)
    {
        try
        {
            await database.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            // Somebody completed a reminder in the same moment; the next round sees it.
            LogOvertaken();
            return;
        }

        metrics.Raised(raised);
        metrics.Withdrawn(withdrawn);
        LogRound(raised, withdrawn);
    }

    private static Dictionary<EquipmentId, (MaintenanceInterval Plan, DateOnly DueOn)> Due(
        Facility facility, Dictionary<EquipmentId, DateOnly> completions, DateTime now)
    {
        var due = new Dictionary<EquipmentId, (MaintenanceInterval, DateOnly)>();
        foreach (var equipment in facility.Equipment)
        {
            if (equipment.Maintenance is not { } plan || facility.FindSite(equipment.Id.Site) is not { } site) continue;
            var today = DueDate.Today(now, site.TimeZone);
            var on = DueDate.Of(plan, completions.TryGetValue(equipment.Id, out var done) ? done : null, today);
            if (on <= today) due.Add(equipment.Id, (plan, on));
        }

        return due;
    }

    private static async Task<Dictionary<EquipmentId, DateOnly>> LastCompletionsAsync(
        MaintenanceDbContext database, CancellationToken cancellationToken) =>
        await database.Completions
            .GroupBy(static c => new { c.Site, c.Equipment })
            .Select(static g => new { g.Key.Site, g.Key.Equipment, DoneOn = g.Max(static c => c.DoneOn) })
            .ToDictionaryAsync(static c => new EquipmentId(c.Site, c.Equipment), static c => c.DoneOn, cancellationToken);

    private static ReminderRow Raise(EquipmentId equipment, MaintenanceInterval plan, DateOnly dueOn, DateTime now) => new()
    {
        Site = equipment.Site,
        Equipment = equipment.Equipment,
        TaskZhCn = plan.Task.ZhCn,
        TaskEn = plan.Task.En,
        DueOn = dueOn,
        RaisedAt = now,
    };

    private static void Withdraw(ReminderRow reminder, DateTime now)
    {
        reminder.State = ReminderState.Withdrawn;
        reminder.ClosedAt = now;
    }

    [LoggerMessage(LogLevel.Information, "Preventive maintenance: {Raised} reminders raised, {Withdrawn} withdrawn.")]
    private partial void LogRound(int raised, int withdrawn);

    [LoggerMessage(LogLevel.Information, "Preventive maintenance: a reminder was completed meanwhile; left to the next round.")]
    private partial void LogOvertaken();
}
