using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Plantroom.Alerts.Storage;

/// <summary>How the module opens the common database.</summary>
internal static class Database
{
    /// <summary>Points a context at a database file.</summary>
    public static void Use(DbContextOptionsBuilder options, string path)
    {
        var connection = new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 5 };
        options.UseSqlite(connection.ToString(), static sqlite => sqlite.MigrationsHistoryTable(AlertsDbContext.MigrationsTable))
            .AddInterceptors(DurableConnection.Instance)
            .ConfigureWarnings(static warnings => warnings.Log((RelationalEventId.CommandExecuted, LogLevel.Debug)));
    }

    /// <summary>
    /// Brings the tables up to date. A process that was killed within a migration leaves EF's lock behind, and EF waits for it for ever;
    /// the database has one owner, so a lock that is older than a minute has none.
    /// </summary>
    public static async Task MigrateAsync(AlertsDbContext db, DateTime now, CancellationToken cancellationToken)
    {
        if (!(await db.Database.GetPendingMigrationsAsync(cancellationToken)).Any()) return;
        var locks = await db.Database
            .SqlQuery<int>($"SELECT COUNT(*) AS Value FROM sqlite_master WHERE type = 'table' AND name = '__EFMigrationsLock'")
            .SingleAsync(cancellationToken);
        if (locks > 0)
        {
            await db.Database.ExecuteSqlAsync(
                $"DELETE FROM \"__EFMigrationsLock\" WHERE julianday(\"Timestamp\") < julianday({now.AddMinutes(-1)})", cancellationToken);
        }

        await db.Database.MigrateAsync(cancellationToken);
    }

    /// <summary>Sets on every connection what makes a commit survive a power cut.</summary>
    private sealed class DurableConnection : DbConnectionInterceptor
    {
        private const string Settings = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000;";

        public static DurableConnection Instance { get; } = new();

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            using var command = connection.CreateCommand();
            command.CommandText = Settings;
            command.ExecuteNonQuery();
        }

        public override async Task ConnectionOpenedAsync(
            DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = Settings;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
