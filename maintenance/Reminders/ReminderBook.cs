using Microsoft.EntityFrameworkCore;
using Plantroom.Maintenance.Storage;

namespace Plantroom.Maintenance.Reminders;

/// <summary>What became of a completion.</summary>
internal enum CompletionOutcome
{
    /// <summary>Recorded.</summary>
    Recorded,

    /// <summary>The same person had recorded it before; nothing was changed.</summary>
    RecordedBefore,

    /// <summary>Another person had recorded it.</summary>
    DoneByAnother,

    /// <summary>The reminder was withdrawn.</summary>
    Withdrawn,

    /// <summary>There is no such reminder.</summary>
    NotFound,
}

/// <summary>The reminders as they are stored.</summary>
internal sealed class ReminderBook(
    IDbContextFactory<MaintenanceDbContext> databases, IFacilitySource facilities, MaintenanceMetrics metrics, TimeProvider time)
    : IMaintenanceReminders
{
    public async ValueTask<IReadOnlyList<MaintenanceReminder>> OpenAsync(CancellationToken cancellationToken) =>
        [.. (await ListAsync(ReminderState.Open, int.MaxValue, cancellationToken)).Select(static r => r.ToReminder())];

    /// <summary>Open ones longest overdue first, others newest first.</summary>
    public async Task<IReadOnlyList<ReminderRow>> ListAsync(ReminderState? state, int limit, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = database.Reminders.AsNoTracking();
        if (state is { } wanted) rows = rows.Where(r => r.State == wanted);
        var ordered = state is ReminderState.Open
            ? rows.OrderBy(static r => r.DueOn).ThenBy(static r => r.Id)
            : rows.OrderByDescending(static r => r.Id);
        return await ordered.Take(limit).ToListAsync(cancellationToken);
    }

    /// <summary>Closes a reminder and makes it the equipment's last completion, both or neither.</summary>
    public async Task<(CompletionOutcome Outcome, ReminderRow? Reminder)> CompleteAsync(
        long id, string by, string? note, CancellationToken cancellationToken)
    {
        while (true)
        {
            await using var database = await databases.CreateDbContextAsync(cancellationToken);
            var row = await database.Reminders.FindAsync([id], cancellationToken);
            if (row?.State is not ReminderState.Open) return (Decided(row, by), row);
            Record(database, row, by, note);
            try
            {
                await database.SaveChangesAsync(cancellationToken);
            }
            catch (DbUpdateConcurrencyException)
            {
                // Somebody else closed it in the same moment: what counts is what is stored now.
                continue;
            }

            metrics.Completed();
            return (CompletionOutcome.Recorded, row);
        }
    }

    private static CompletionOutcome Decided(ReminderRow? row, string by) => row switch
    {
        null => CompletionOutcome.NotFound,
        { State: ReminderState.Withdrawn } => CompletionOutcome.Withdrawn,
        _ => row.ClosedBy == by ? CompletionOutcome.RecordedBefore : CompletionOutcome.DoneByAnother,
    };

    private void Record(MaintenanceDbContext database, ReminderRow row, string by, string? note)
    {
        var now = time.GetUtcNow().UtcDateTime;
        (row.State, row.ClosedAt, row.ClosedBy, row.Note) = (ReminderState.Done, now, by, note);
        database.Completions.Add(new()
        {
            Site = row.Site,
            Equipment = row.Equipment,
            ReminderId = row.Id,
            DoneOn = DueDate.Today(now, facilities.Current.FindSite(row.Site)?.TimeZone ?? TimeZoneInfo.Utc),
            DoneAt = now,
            DoneBy = by,
            Note = note,
        });
    }
}
