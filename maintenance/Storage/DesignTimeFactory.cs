using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Plantroom.Maintenance.Storage;

/// <summary>For dotnet-ef, which compares the model with the last migration and opens no database.</summary>
internal sealed class DesignTimeFactory : IDesignTimeDbContextFactory<MaintenanceDbContext>
{
    public MaintenanceDbContext CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<MaintenanceDbContext>();
        options.UseSqlite("Data Source=design-time.db", static sqlite => sqlite.MigrationsHistoryTable(MaintenanceDbContext.MigrationsTable));
        return new(options.Options);
    }
}
