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

    [Theory]
    [InlineData("0 0 6 * * ?", 0)]
    [InlineData("at six", 1)]
    [InlineData("0 6 * * *", 1)]
    public void Check_OfTheSchedule_NamesTheSetting(string cron, int problems)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("Maintenance:Cron", cron)]);
        builder.AddMaintenance();
        using var built = builder.Build();
        var found = built.Services.GetServices<IStartupCheck>().SelectMany(static c => c.Check()).ToList();
        Assert.Equal(problems, found.Count);
        Assert.All(found, static p => Assert.Equal("Maintenance:Cron", p.Key));
    }
}
