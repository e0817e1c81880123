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
