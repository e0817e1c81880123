namespace Plantroom.Ingest;

/// <summary>
/// Which points a store has readings of, also those that the site model does not have (any more). A store that cannot tell does not
/// offer it; the points of the site model are known all the same.
/// </summary>
internal interface IStoredPoints
{
    /// <summary>All of them, in any order.</summary>
    ValueTask<IReadOnlyCollection<PointId>> PointsAsync(CancellationToken cancellationToken);
}
