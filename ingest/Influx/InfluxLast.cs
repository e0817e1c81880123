using System.Globalization;

namespace Plantroom.Ingest.Influx;

/// <summary>Finds the newest readings of points, many at once: one statement for each name of a point, whatever equipment has it.</summary>
internal sealed class InfluxLast(InfluxQuery query)
{
    /// <summary>Up to as many pieces of equipment are named in a statement; of more, those that nobody asked for are left out here.</summary>
    private const int MostNamed = 64;

    private const int StatementsPerRequest = 32;

    public async Task<IReadOnlyList<Reading>> OfAsync(IReadOnlyCollection<PointId> points, CancellationToken cancellationToken)
    {
        var newest = new Dictionary<PointId, Reading>();
        foreach (var group in points.Distinct().GroupBy(LineNames.Field, StringComparer.Ordinal).Chunk(StatementsPerRequest))
        {
            string[] statements = [.. group.Select(static g => Select(g.Key, [.. g]))];
            var wanted = group.Select(static g => g.ToLookup(static p => Key(LineNames.Tag(p.Site), LineNames.Tag(p.Equipment.Equipment)))).ToArray();
            await foreach (var chunk in query.AskAsync(statements, cancellationToken))
            {
                if (chunk.Count == 0 || double.IsNaN(chunk.Number(0, 0))) continue;
                var time = InfluxTime.FromNanoseconds(chunk.Times[0]);
                foreach (var point in wanted[chunk.Statement][Key(chunk.Tags[LineNames.Site], chunk.Tags[LineNames.Equipment])])
                {
                    // It is there more than once when its equipment was of another class before.
                    if (!newest.TryGetValue(point, out var other) || other.Time < time)
                        newest[point] = new(point, time, chunk.Number(0, 0), chunk.Quality(0));
                }
            }
        }

        return [.. newest.Values];
    }

    private static string Key(string site, string equipment) => string.Create(CultureInfo.InvariantCulture, $"{site.Length}:{site}{equipment}");

    private static string Select(string field, PointId[] points)
    {
        var equipment = points.Select(static p => p.Equipment).Distinct().ToList();
        var sites = equipment.Select(static e => e.Site).Distinct(StringComparer.Ordinal).ToList();
        var which = equipment.Count <= MostNamed
            ? string.Join(" OR ", equipment.Select(static e => $"({InfluxQl.Is(e)})"))
            : string.Join(" OR ", sites.Select(static s => $"\"{LineNames.Site}\" = {InfluxQl.Text(LineNames.Tag(s))}"));
        return $"SELECT last({InfluxQl.Name(field)}), {InfluxQl.Name(LineNames.QualityField(points[0]))} FROM /.*/ WHERE ({which}) "
            + $"AND {InfluxRows.Within(new(DateTime.MinValue, DateTime.MaxValue), true)} GROUP BY \"{LineNames.Site}\", \"{LineNames.Equipment}\"";
    }
}
