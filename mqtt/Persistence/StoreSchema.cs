using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Plantroom.Mqtt.Persistence;

/// <summary>
/// The tables of a file. The version is in <c>user_version</c>, what kind of file it is in <c>application_id</c>; a migration is never
/// changed once it was released, only followed by another one.
/// </summary>
/// <param name="ApplicationId">The kind of file.</param>
/// <param name="Migrations">What brings a file from version n to n + 1, in order.</param>
internal sealed record StoreSchema(int ApplicationId, IReadOnlyList<string[]> Migrations)
{
    /// <summary>Why a file cannot be used, without changing it; null when it can, or is not there yet.</summary>
    /// <remarks>Reads the first page only: damage further inside is found when the file is loaded.</remarks>
    public string? Problem(string path)
    {
        if (!Path.Exists(path)) return null;
        try
        {
            using var connection = StoreFile.OpenToInspect(path);
            return Problem(connection);
        }
        catch (SqliteException exception)
        {
            // A lock goes away by itself.
            return exception.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED ? null : exception.Message;
        }
    }

    /// <exception cref="SqliteException">The file is of something else, or was made by a newer version.</exception>
    public void Check(SqliteConnection connection)
    {
        if (Problem(connection) is { } problem) throw new SqliteException(problem, raw.SQLITE_NOTADB);
    }

    /// <summary>Brings a file up to date, all or nothing.</summary>
    public void Apply(SqliteConnection connection)
    {
        if (SqliteFile.Number(connection, "PRAGMA user_version") == Migrations.Count) return;
        SqliteFile.Run(connection, "BEGIN IMMEDIATE");

        // Looked at again under the lock: another process may have been faster. A failure closes the connection, which rolls back.
        Check(connection);
        var version = (int)SqliteFile.Number(connection, "PRAGMA user_version");
        foreach (var statement in Migrations.Skip(version).SelectMany(static m => m)) SqliteFile.Run(connection, statement);
        SqliteFile.Run(connection, $"PRAGMA application_id={ApplicationId}");
        SqliteFile.Run(connection, $"PRAGMA user_version={Migrations.Count}");
        SqliteFile.Run(connection, "COMMIT");
    }

    private string? Problem(SqliteConnection connection)
    {
        var version = SqliteFile.Number(connection, "PRAGMA user_version");
        var known = SqliteFile.Number(connection, "PRAGMA application_id") == ApplicationId;
        if (!known && (version != 0 || SqliteFile.Number(connection, "SELECT count(*) FROM sqlite_schema") > 0))
            return "it is a database of something else";
        return version > Migrations.Count
            ? $"its schema version is {version}, made by a newer Plantroom; this one knows versions up to {Migrations.Count}"
            : null;
    }
}
