using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Plantroom.Maintenance.Storage;

/// <summary>The maintenance tables within the database of the system.</summary>
internal sealed class MaintenanceDbContext(DbContextOptions<MaintenanceDbContext> options) : DbContext(options)
{
    /// <summary>Where EF Core notes which migrations of these tables were applied.</summary>
    public const string MigrationsTable = "maintenance_migrations";

    public DbSet<ReminderRow> Reminders => Set<ReminderRow>();

    public DbSet<CompletionRow> Completions => Set<CompletionRow>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTime>().HaveConversion<UtcTime>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<ReminderRow>(row =>
        {
            row.ToTable("maintenance_reminder");
            row.Ignore(static r => r.EquipmentId);
            row.Property(static r => r.Site).HasMaxLength(64);
            row.Property(static r => r.Equipment).HasMaxLength(64);
            row.Property(static r => r.State).IsConcurrencyToken();

            // Whatever runs at the same time: never two open reminders for one piece of equipment.
            row.HasIndex(static r => new { r.Site, r.Equipment }, "maintenance_reminder_one_open").IsUnique().HasFilter("\"State\" = 0");
        });
        modelBuilder.Entity<CompletionRow>(row =>
        {
            row.ToTable("maintenance_completion");
            row.Property(static r => r.Site).HasMaxLength(64);
            row.Property(static r => r.Equipment).HasMaxLength(64);
            row.HasIndex(static r => new { r.Site, r.Equipment, r.DoneOn }, "maintenance_completion_by_equipment");
        });
    }

    /// <summary>SQLite does not keep the kind of a time.</summary>
    private sealed class UtcTime() : ValueConverter<DateTime, DateTime>(
        static time => time, static time => DateTime.SpecifyKind(time, DateTimeKind.Utc));
}
