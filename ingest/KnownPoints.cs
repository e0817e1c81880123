namespace Plantroom.Ingest;

/// <summary>Every point that there may be readings of: those of the site model, and those that the store can name besides.</summary>
internal sealed class KnownPoints(IFacilitySource facility, IEnumerable<IStoredPoints> stored)
{
    /// <summary>The points whose names are wanted, sorted by name.</summary>
    public async ValueTask<IReadOnlyList<PointId>> WhereAsync(Func<string, bool> isWanted, CancellationToken cancellationToken)
    {
        var points = facility.Current.Points.Select(static p => p.Id).ToHashSet();
        foreach (var store in stored) points.UnionWith(await store.PointsAsync(cancellationToken));
        return
        [
            .. points.Select(static point => (Point: point, Name: point.ToString()))
                .Where(p => isWanted(p.Name))
                .OrderBy(static p => p.Name, StringComparer.Ordinal)
                .Select(static p => p.Point),
        ];
    }
}
