using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Plantroom.Alerts.LifeCycle;
using Plantroom.Alerts.Rules;

namespace Plantroom.Alerts.Storage;

/// <summary>Keeps alarms and their journal. Only the desk writes.</summary>
internal sealed class AlarmStore(IDbContextFactory<AlertsDbContext> contexts, TimeProvider time)
{
    /// <summary>Brings the tables up to date.</summary>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Database.MigrateAsync(cancellationToken);
    }

    /// <summary>Every alarm that is not normal.</summary>
    public async Task<Book> LoadAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.Alarms.AsNoTracking().Where(static a => a.State != AlarmState.Normal).ToListAsync(cancellationToken);
        var newest = await db.Alarms.MaxAsync(static a => (long?)a.Id, cancellationToken) ?? 0;
        var held = rows.Select(static r => new Held(r.ToAlarm(), r.Version)).ToImmutableDictionary(static h => RuleKey.Of(h.Alarm));
        return new(held, newest + 1);
    }

    /// <summary>
    /// When the last alarm of each rule at each equipment returned, for those that ever did. One that was withdrawn while in alarm did not:
    /// the condition may be as true as before.
    /// </summary>
    public async Task<IReadOnlyDictionary<RuleKey, DateTime>> LastReturnsAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var returns = await db.Alarms
            .Where(a => a.ReturnedAt != null
                && !db.Journal.Any(j => j.AlarmId == a.Id && j.Event == AlarmEvent.Withdrawn && j.At == a.ReturnedAt))
            .GroupBy(static a => new { a.Site, a.Equipment, a.Rule })
            .Select(static g => new { g.Key.Site, g.Key.Equipment, g.Key.Rule, At = g.Max(static a => a.ReturnedAt) })
            .ToListAsync(cancellationToken);
        return returns.ToDictionary(static r => new RuleKey(r.Rule, new(r.Site, r.Equipment)), static r => r.At!.Value);
    }

    /// <summary>Writes transitions and the alarms as they stand afterwards, in one transaction.</summary>
    /// <param name="before">The book that the transitions began with.</param>
    /// <param name="changes">In order; several may be of one alarm.</param>
    /// <param name="cancellationToken">Gives up; nothing is written then.</param>
    /// <exception cref="DbUpdateConcurrencyException">Another process has changed one of the alarms since the book was loaded.</exception>
    public async Task CommitAsync(Book before, IReadOnlyList<AlarmChange> changes, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.Now();
        foreach (var transitions in changes.GroupBy(static c => c.Alarm.Id))
        {
            var alarm = transitions.Last().Alarm;
            var held = before.Held.GetValueOrDefault(RuleKey.Of(alarm));
            var known = held?.Alarm.Id == alarm.Id ? held.Version : 0;
            var row = db.Attach(AlarmRow.Of(alarm, known + transitions.Count()));
            row.State = known == 0 ? EntityState.Added : EntityState.Modified;
            row.Property(static a => a.Version).OriginalValue = known;
        }

        db.Journal.AddRange(changes.Select(change => JournalRow.Of(change, now)));
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Finds an alarm, active or not.</summary>
    public async Task<Alarm?> FindAsync(long id, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var row = await db.Alarms.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancellationToken);
        return row?.ToAlarm();
    }

    /// <summary>Alarms from the newest backwards.</summary>
    /// <param name="normalOnly">Whether to leave out those that are active.</param>
    /// <param name="before">Only those with a smaller number; null for no bound.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public async Task<IReadOnlyList<Alarm>> PageAsync(bool normalOnly, long? before, int limit, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var query = db.Alarms.AsNoTracking();
        if (normalOnly) query = query.Where(static a => a.State == AlarmState.Normal);
        if (before is { } bound) query = query.Where(a => a.Id < bound);
        var rows = await query.OrderByDescending(static a => a.Id).Take(limit).ToListAsync(cancellationToken);
        return [.. rows.Select(static r => r.ToAlarm())];
    }

    /// <summary>The transitions of an alarm, in order.</summary>
    public async Task<IReadOnlyList<JournalRow>> JournalAsync(long id, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Journal.AsNoTracking().Where(j => j.AlarmId == id).OrderBy(static j => j.Id).ToListAsync(cancellationToken);
    }
}
