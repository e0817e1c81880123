using System.Runtime.CompilerServices;

namespace Plantroom.Ingest.Influx;

/// <summary>
/// Reads the readings that InfluxDB holds, in InfluxQL, which 1.x, 2.x and 3.x answer alike. Answers hold what has reached the server.
/// </summary>
/// <remarks>
/// Where a point is: in the field of its name, in each measurement that has series with the tags of its equipment. All members throw
/// <see cref="HistoryUnavailableException"/> when the server does not answer; a database that is not there yet has no readings. Windows of
/// very many readings, and samples of them, are summed up by the server, see <see cref="InfluxSums"/>: the times of first and last readings
/// and of extremes are then only about right.
/// </remarks>
internal sealed class InfluxHistory : IHistory
{
    private readonly InfluxQuery query;
    private readonly InfluxRows rows;
    private readonly InfluxSums sums;

    public InfluxHistory(InfluxConnection connection, IFacilitySource facility, TimeProvider clock)
    {
        query = new(connection);
        var sources = new InfluxSources(query, facility, clock);
        rows = new(query, sources);
        sums = new(query, rows, sources);
    }

    public async ValueTask<IReadOnlyList<Reading>> LastAsync(IReadOnlyCollection<PointId> points, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        return await new InfluxLast(query).OfAsync(points, cancellationToken);
    }

    public async IAsyncEnumerable<IReadOnlyList<Reading>> ReadAsync(
        PointId point, TimeRange range, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (range.From >= range.To) yield break;
        await foreach (var block in rows.ReadAsync([point], InfluxRows.Within(range), cancellationToken)) yield return block.Readings;
    }

    public async ValueTask<IReadOnlyList<PointHistory<HistoryWindow>>> WindowsAsync(
        WindowRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        var (points, range) = (request.Points, request.Range);
        if (range.From >= range.To) return [.. points.Select(static p => new PointHistory<HistoryWindow>(p, []))];
        var grid = new WindowGrid(request.Every, request.Zone);
        if (await sums.StretchAsync(request, grid, cancellationToken) is { } stretch)
            return await SummedAsync(request, grid, stretch, cancellationToken);
        var holds = request.Extras is not WindowExtras.None;
        var before = holds ? await rows.BeforeAsync(points, range.From, false, cancellationToken) : new Sample?[points.Count];
        WindowBuilder[] builders = [.. before.Select(b => new WindowBuilder(request, grid, b))];
        var atEnd = new Sample?[points.Count];
        await foreach (var block in rows.ReadAsync(points, InfluxRows.Within(range, endIncluded: holds), cancellationToken))
        {
            Fill(builders[block.Index], block.Readings, range.To, ref atEnd[block.Index]);
            if (Array.TrueForAll(builders, static b => b.IsFull)) break;
        }

        return [.. points.Select((p, i) => new PointHistory<HistoryWindow>(p, builders[i].End(atEnd[i])))];
    }

    public async ValueTask<IReadOnlyList<PointHistory<Sample>>> SampleAsync(SampleRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        var (points, range) = (request.Points, request.Range);
        Sampler[] samplers = [.. points.Select(_ => new Sampler(range, request.Count))];
        if (range.From < range.To && await sums.StretchAsync(request, cancellationToken) is { } stretch)
        {
            foreach (var (point, sampler) in points.Zip(samplers))
                await sums.ReadAsync(point, range, stretch, s => sampler.Add(s), r => sampler.Add(r.Time, r.Value), cancellationToken);
        }
        else if (range.From < range.To)
        {
            await foreach (var block in rows.ReadAsync(points, InfluxRows.Within(range), cancellationToken))
                foreach (var reading in block.Readings)
                    if (reading.Quality.Level is not QualityLevel.Bad)
                        samplers[block.Index].Add(reading.Time, reading.Value);
        }

        return [.. points.Select((p, i) => new PointHistory<Sample>(p, samplers[i].End()))];
    }

    public async ValueTask<double?> CounterIncreaseAsync(PointId point, TimeRange range, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var last = (await rows.BeforeAsync([point], range.From, true, cancellationToken))[0]?.Value;
        double? increase = last is null ? null : 0;
        var when = $"time > {InfluxTime.Text(range.From)} AND time <= {InfluxTime.Text(range.To)}";
        await foreach (var block in rows.ReadAsync([point], when, cancellationToken))
        {
            foreach (var reading in block.Readings)
            {
                if (reading.Quality.Level is QualityLevel.Bad) continue;
                increase = last is { } known ? increase + Summary.RiseOf(known, reading.Value) : 0;
                last = reading.Value;
            }
        }

        return increase;
    }

    private async Task<IReadOnlyList<PointHistory<HistoryWindow>>> SummedAsync(
        WindowRequest request, WindowGrid grid, TimeSpan stretch, CancellationToken cancellationToken)
    {
        var answer = new List<PointHistory<HistoryWindow>>();
        foreach (var point in request.Points)
        {
            var builder = new WindowBuilder(request, grid, null);
            await sums.ReadAsync(point, request.Range, stretch, s => builder.Add(s), r => builder.Add(r.Time, r.Value), cancellationToken);
            answer.Add(new(point, builder.End()));
        }

        return answer;
    }

    private static void Fill(WindowBuilder builder, IReadOnlyList<Reading> readings, DateTime end, ref Sample? atEnd)
    {
        foreach (var reading in readings)
        {
            if (reading.Quality.Level is QualityLevel.Bad) continue;
            if (reading.Time == end) atEnd = new(reading.Time, reading.Value);
            else if (!builder.IsFull) builder.Add(reading.Time, reading.Value);
        }
    }
}
