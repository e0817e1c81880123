using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Plantroom.Maintenance.Storage;

namespace Plantroom.Maintenance.Reminders;

/// <summary>
/// Brings the tables up to date before anything starts, and makes one round once everything has: a new installation shows at once
/// what is
/// overdue.
/// </summary>
internal sealed class MaintenanceStart(IDbContextFactory<MaintenanceDbContext> databases, ReminderRound round) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        await database.Database.MigrateAsync(cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => round.RunAsync(cancellationToken);

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
