using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Plantroom.Ingest.Sqlite;

/// <summary>Looks at the database of readings before anything starts. Reads its first pages only, so it is quick at any size.</summary>
internal sealed class HistoryCheck(DataFolder folder) : IStartupCheck
{
    public IEnumerable<StartupProblem> Check()
    {
        if (!Path.Exists(folder.History)) yield break;
        if (Inspect() is { } problem)
            yield return new(folder.History, $"cannot be used as the database of readings: {problem}. Move it away or restore a backup.");
    }

    private string? Inspect()
    {
        try
        {
            using var connection = HistoryFile.OpenToInspect(folder.History);
            if (HistorySchema.Problem(connection, HistorySchema.Migrations.Count) is { } problem) return problem;
            var version = HistoryFile.Scalar(connection, "PRAGMA user_version");
            if (version == 0) return null;
            HistoryFile.Scalar(connection, "SELECT count(*) FROM point");
            HistoryFile.Scalar(connection, "SELECT max(time_ms) FROM reading WHERE point = (SELECT max(id) FROM point)");
            if (version == 1) return null;
            HistoryFile.Scalar(connection, "SELECT max(closed_ms) FROM point");
            foreach (var table in (ReadOnlySpan<string>)["chunk", "rollup"])
                HistoryFile.Scalar(connection, $"SELECT length(data) FROM {table} WHERE id = (SELECT max(id) FROM {table})");
            return null;
        }
        catch (SqliteException e)
        {
            // A lock goes away by itself, and ingest waits for that.
            return e.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED ? null : e.Message;
        }
    }
}
