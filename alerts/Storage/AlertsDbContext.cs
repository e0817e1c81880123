using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Plantroom.Alerts.Storage;

/// <summary>The module's tables in the common database: their names begin with <c>alerts_</c>.</summary>
internal sealed class AlertsDbContext(DbContextOptions<AlertsDbContext> options) : DbContext(options)
{
    /// <summary>The module's own record of applied migrations, beside those of other modules.</summary>
    public const string MigrationsTable = "alerts_migrations";

    public DbSet<AlarmRow> Alarms => Set<AlarmRow>();

    public DbSet<JournalRow> Journal => Set<JournalRow>();

    public DbSet<RainRow> Rain => Set<RainRow>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        ArgumentNullException.ThrowIfNull(configurationBuilder);
        configurationBuilder.Properties<DateTime>().HaveConversion<UtcMilliseconds>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        modelBuilder.Entity<AlarmRow>(alarm =>
        {
            alarm.ToTable("alerts_alarm");
            alarm.Property(static a => a.Id).ValueGeneratedNever();
            alarm.Property(static a => a.Version).IsConcurrencyToken();
            alarm.HasIndex(static a => new { a.State, a.Id });
            alarm.HasIndex(static a => new { a.Site, a.Equipment, a.Rule, a.ReturnedAt });
        });
        modelBuilder.Entity<JournalRow>(journal =>
        {
            journal.ToTable("alerts_journal");
            journal.HasIndex(static j => j.AlarmId);
            journal.HasOne<AlarmRow>().WithMany().HasForeignKey(static j => j.AlarmId).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<RainRow>(rain =>
        {
            rain.ToTable("alerts_rain");
            rain.HasKey(static r => r.Site);
        });
    }

    /// <summary>Whole milliseconds since 1970, as the readings have them.</summary>
    private sealed class UtcMilliseconds() : ValueConverter<DateTime, long>(
        static time => new DateTimeOffset(time, TimeSpan.Zero).ToUnixTimeMilliseconds(),
        static stored => DateTimeOffset.FromUnixTimeMilliseconds(stored).UtcDateTime);
}
