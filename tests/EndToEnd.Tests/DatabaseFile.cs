using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Plantroom.EndToEnd.Tests;

/// <summary>A database of the system as another program sees it.</summary>
internal sealed class DatabaseFile : IDisposable
{
    private readonly SqliteConnection connection;

    public DatabaseFile(string path)
    {
        connection = new($"Data Source={path};Mode=ReadOnly;Pooling=false");
        connection.Open();
    }

    /// <summary><c>ok</c>, or what is damaged.</summary>
    public string IntegrityCheck() => Convert.ToString(Ask("PRAGMA integrity_check"), CultureInfo.InvariantCulture)!;

    /// <summary>Asks for one number.</summary>
    public long Number(string sql) => Convert.ToInt64(Ask(sql), CultureInfo.InvariantCulture);

    public void Dispose() => connection.Dispose();

    private object? Ask(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
