using System.Globalization;

namespace Plantroom.Ingest.Influx;

/// <summary>
/// Lets the server sum up dense readings over long ranges: by equal stretches of which every window is a whole number, so that windows of
/// any calendar are made of them. The readings of stretches with bad ones are read one by one.
/// </summary>
/// <remarks>
/// The server does not say when within a stretch the first and the last reading were: they are put to its ends.
/// </remarks>
internal sealed class InfluxSums(InfluxQuery query, InfluxRows rows, InfluxSources sources)
{
    /// <summary>From how many readings, as far as can be told, it is worth while; fewer are read in some tenths of a second.</summary>
    public const long Many = 100_000;

    /// <summary>A stretch should stand for at least as many readings: to send one takes the server as long as to send several of those.</summary>
    private const int ReadingsPerStretch = 8;

    /// <summary>From this many stretches with bad readings on, all readings are read.</summary>
    private const int MostBad = 100;

    /// <summary>From this many windows on, readings are likely to be few in each.</summary>
    private const int MostWindows = 20_000;

    /// <summary>How many readings at the start of the range tell how dense they are.</summary>
    private const int Look = 500;

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(10);

    /// <summary>The stretches that windows are made of; null when reading the readings themselves is as quick.</summary>
    public async ValueTask<TimeSpan?> StretchAsync(WindowRequest request, WindowGrid grid, CancellationToken cancellationToken) =>
        request.Extras is WindowExtras.None && request.Range.Length / request.Every.Usual <= MostWindows
            ? await StretchAsync(request.Points, request.Range, Common(request.Range, grid), cancellationToken)
            : null;

    /// <summary>The stretches that samples are made of, two for each part; null when reading the readings themselves is as quick.</summary>
    public ValueTask<TimeSpan?> StretchAsync(SampleRequest request, CancellationToken cancellationToken)
    {
        var half = new Sampler(request.Range, request.Count).Part / 2;
        var milliseconds = half.Ticks / TimeSpan.TicksPerMillisecond * TimeSpan.TicksPerMillisecond;
        return StretchAsync(request.Points, request.Range, new(milliseconds), cancellationToken);
    }

    /// <summary>Hands over stretches and, where there are bad readings, the good ones, in the order of time.</summary>
    public async Task ReadAsync(
        PointId point, TimeRange range, TimeSpan stretch, Action<Summary> sum, Action<Reading> single, CancellationToken cancellationToken)
    {
        var measurements = (await sources.OfAsync([point], cancellationToken))[point.Equipment];
        var bad = measurements.Count > 1 ? null : await BadAsync(point, measurements[0], range, stretch, cancellationToken);
        if (bad is null)
        {
            await SinglesAsync(point, range, single, cancellationToken);
            return;
        }

        var from = range.From;
        foreach (var at in bad)
        {
            var start = at < range.From ? range.From : at;
            await SumAsync(point, measurements[0], new(from, start), stretch, sum, cancellationToken);
            from = at + stretch < range.To ? at + stretch : range.To;
            await SinglesAsync(point, new(start, from), single, cancellationToken);
        }

        await SumAsync(point, measurements[0], new(from, range.To), stretch, sum, cancellationToken);
    }

    /// <summary>The longest stretch, counted from 1970 UTC, of which every window of a range is a whole number.</summary>
    private static TimeSpan Common(TimeRange range, WindowGrid grid)
    {
        var (divisor, at) = (0L, grid.StartOf(range.From));
        for (var end = range.From; end < range.To; at = end)
        {
            end = grid.Next(at);
            divisor = Divisor(Divisor(divisor, Math.Abs(at.Ticks - DateTime.UnixEpoch.Ticks)), Math.Abs(end.Ticks - DateTime.UnixEpoch.Ticks));
        }

        return new(divisor);
    }

    private async ValueTask<TimeSpan?> StretchAsync(
        IReadOnlyList<PointId> points, TimeRange range, TimeSpan stretch, CancellationToken cancellationToken)
    {
        // At most a few readings a second are many.
        if (stretch < Shortest || range.Length.TotalSeconds * points.Count * 4 < Many) return null;
        var perSecond = await DensityAsync(points, range, cancellationToken);
        var readings = perSecond.Sum() * range.Length.TotalSeconds;
        return readings >= Many && readings >= range.Length / stretch * points.Count * ReadingsPerStretch ? stretch : null;
    }

    private static long Divisor(long a, long b) => b == 0 ? a : Divisor(b, a % b);

    /// <summary>How many readings a second each point has, judged by the first ones.</summary>
    private async Task<double[]> DensityAsync(IReadOnlyList<PointId> points, TimeRange range, CancellationToken cancellationToken)
    {
        var (counts, first, last) = (new int[points.Count], new DateTime[points.Count], new DateTime[points.Count]);
        await foreach (var block in rows.ReadAsync(points, $"{InfluxRows.Within(range)} LIMIT {Look}", cancellationToken))
        {
            if (counts[block.Index] == 0) first[block.Index] = block.Readings[0].Time;
            counts[block.Index] += block.Readings.Count;
            last[block.Index] = block.Readings[^1].Time;
        }

        return [.. counts.Select((c, i) => c < Look / 2 ? 0 : c / Math.Max(1e-3, (last[i] - first[i]).TotalSeconds))];
    }

    /// <summary>Where the stretches with bad readings begin; null when there are many.</summary>
    private async Task<List<DateTime>?> BadAsync(
        PointId point, string measurement, TimeRange range, TimeSpan stretch, CancellationToken cancellationToken)
    {
        var quality = InfluxQl.Name(LineNames.QualityField(point));
        var statement = $"SELECT count({quality}) {From(point, measurement, range)} AND {quality} =~ /^bad/ {Group(stretch)}";
        var bad = new List<DateTime>();
        await foreach (var chunk in query.AskAsync([statement], cancellationToken))
            foreach (var time in chunk.Times)
                bad.Add(InfluxTime.FromNanoseconds(time));
        return bad.Count > MostBad ? null : bad;
    }

    private async Task SumAsync(
        PointId point, string measurement, TimeRange range, TimeSpan stretch, Action<Summary> sum, CancellationToken cancellationToken)
    {
        if (range.From >= range.To) return;
        var field = InfluxQl.Name(LineNames.Field(point));
        var statement = $"SELECT count({field}), sum({field}), min({field}), max({field}), first({field}), last({field}) "
            + $"{From(point, measurement, range)} {Group(stretch)}";
        await foreach (var chunk in query.AskAsync([statement], cancellationToken))
            for (var row = 0; row < chunk.Count; row++)
                sum(Summary(chunk, row, range, stretch));
    }

    private static Summary Summary(InfluxChunk chunk, int row, TimeRange range, TimeSpan stretch)
    {
        var start = InfluxTime.FromNanoseconds(chunk.Times[row]);
        var end = start + stretch < range.To ? start + stretch : range.To;
        if (start < range.From) start = range.From;
        var count = (long)chunk.Number(row, 0);
        var last = count == 1 ? start : end.AddTicks(-TimeSpan.TicksPerMillisecond);
        return Plantroom.Summary.Of(
            count, chunk.Number(row, 1), chunk.Number(row, 2), chunk.Number(row, 3), new(start, chunk.Number(row, 4)),
            new(last < start ? start : last, chunk.Number(row, 5)), 0, 0);
    }

    private async Task SinglesAsync(PointId point, TimeRange range, Action<Reading> single, CancellationToken cancellationToken)
    {
        if (range.From >= range.To) return;
        await foreach (var block in rows.ReadAsync([point], InfluxRows.Within(range), cancellationToken))
            foreach (var reading in block.Readings)
                if (reading.Quality.Level is not QualityLevel.Bad)
                    single(reading);
    }

    private static string From(PointId point, string measurement, TimeRange range) =>
        $"FROM {InfluxQl.Name(measurement)} WHERE {InfluxQl.Is(point.Equipment)} AND {InfluxRows.Within(range)}";

    private static string Group(TimeSpan stretch) =>
        string.Create(CultureInfo.InvariantCulture, $"GROUP BY time({stretch.Ticks / TimeSpan.TicksPerMillisecond}ms) fill(none)");
}
