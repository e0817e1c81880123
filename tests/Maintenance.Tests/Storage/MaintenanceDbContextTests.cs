using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using static Plantroom.Maintenance.Tests.FacilityBuilder;

namespace Plantroom.Maintenance.Tests.Storage;

public sealed class MaintenanceDbContextTests : IAsyncDisposable
{
    private readonly MaintenanceHost host = new();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Model_AgainstItsMigrations_HasNoPendingChanges()
    {
        await host.StartAsync(Equipment("P-1", 90));
        await using var database = await host.DatabaseAsync();
        Assert.False(database.Database.HasPendingModelChanges());
    }

    [Fact]
    public async Task Tables_OfTheModule_CarryItsPrefix()
    {
        await host.StartAsync(Equipment("P-1", 90));
        await using var database = await host.DatabaseAsync();
        var tables = await database.Database
            .SqlQueryRaw<string>("SELECT name AS Value FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> '__EFMigrationsLock'")
            .ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["maintenance_completion", "maintenance_migrations", "maintenance_reminder"], tables.Order());
    }
}
