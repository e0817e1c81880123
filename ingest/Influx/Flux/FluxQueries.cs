namespace Plantroom.Ingest.Influx.Flux;

/// <summary>
/// The questions to InfluxDB 2.x in Flux. Series are found by site, equipment and field whatever their measurement is, because the class of
/// equipment may have been another in former times; values and qualities are asked for apart, because a table of Flux holds one type.
/// </summary>
/// <param name="bucket">Where readings are kept.</param>
internal sealed class FluxQueries(string bucket)
{
    /// <summary>The values of a point, oldest first: columns <c>_time</c>, <c>_value</c>.</summary>
    public string Values(PointId point, TimeRange range) => Field(point, LineNames.Field(point), range);

    /// <summary>The qualities of a point, where they are not good, oldest first: columns <c>_time</c>, <c>_value</c>.</summary>
    public string Qualities(PointId point, TimeRange range) => Field(point, LineNames.QualityField(point), range);

    /// <summary>
    /// The newest value and the newest quality of points of one site: columns <c>equipment</c>, <c>_field</c>, <c>_time</c>, <c>_value</c>.
    /// </summary>
    /// <param name="site">The site.</param>
    /// <param name="points">Its points, at least one.</param>
    public string Newest(string site, IEnumerable<PointId> points)
    {
        var any = points.GroupBy(static p => p.Equipment).Select(static e => $"({Equipment(e.Key)} and ({string.Join(" or ", e.SelectMany(Fields))}))");
        return $"""
            from(bucket: {FluxText.Quote(bucket)})
                |> range(start: {FluxText.Time(DateTime.MinValue)}, stop: {FluxText.Time(DateTime.MaxValue)})
                |> filter(fn: (r) => r.site == {FluxText.Quote(LineNames.Tag(site))} and ({string.Join(" or ", any)}))
                |> last()
                |> keep(columns: ["equipment", "_field", "_time", "_value"])
            """;
    }

    private static IEnumerable<string> Fields(PointId point) => [Is(LineNames.Field(point)), Is(LineNames.QualityField(point))];

    private static string Is(string field) => $"r._field == {FluxText.Quote(field)}";

    private static string Equipment(EquipmentId equipment) => $"r.equipment == {FluxText.Quote(LineNames.Tag(equipment.Equipment))}";

    private string Field(PointId point, string field, TimeRange range) =>
        $"""
        from(bucket: {FluxText.Quote(bucket)})
            |> range(start: {FluxText.Time(range.From)}, stop: {FluxText.Time(range.To)})
            |> filter(fn: (r) => r.site == {FluxText.Quote(LineNames.Tag(point.Site))} and {Equipment(point.Equipment)} and {Is(field)})
            |> keep(columns: ["_time", "_value"])
            |> group()
            |> sort(columns: ["_time"])
        """;
}
