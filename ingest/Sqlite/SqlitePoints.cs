namespace Plantroom.Ingest.Sqlite;

/// <summary>The points of the embedded store.</summary>
internal sealed class SqlitePoints(SqliteHistory history) : IStoredPoints
{
    public async ValueTask<IReadOnlyCollection<PointId>> PointsAsync(CancellationToken cancellationToken) =>
        [.. (await history.LastOfAllAsync(cancellationToken)).Select(static reading => reading.Point)];
}
