using Microsoft.EntityFrameworkCore;
using Plantroom.Alerts.Storage;

namespace Plantroom.Alerts.Rain;

/// <summary>Keeps the rain state of each site.</summary>
internal sealed class RainStore(IDbContextFactory<AlertsDbContext> contexts)
{
    public async Task<IReadOnlyDictionary<string, RainRow>> LoadAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Rain.AsNoTracking().ToDictionaryAsync(static r => r.Site, cancellationToken);
    }

    public async Task SaveAsync(RainRow row, bool isNew, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.Entry(row).State = isNew ? EntityState.Added : EntityState.Modified;
        await db.SaveChangesAsync(cancellationToken);
    }
}
