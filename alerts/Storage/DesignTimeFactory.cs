using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Plantroom.Alerts.Storage;

/// <summary>For dotnet-ef, which compares the model with the last migration and opens no database.</summary>
internal sealed class DesignTimeFactory : IDesignTimeDbContextFactory<AlertsDbContext>
{
    public AlertsDbContext CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<AlertsDbContext>();
        Database.Use(options, "design-time.db");
        return new(options.Options);
    }
}
