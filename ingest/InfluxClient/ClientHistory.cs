using System.Runtime.CompilerServices;
using System.Text;
using InfluxDB.Client.Core;
using Plantroom.Ingest.Influx.Flux;

namespace Plantroom.Ingest.InfluxClient;

/// <summary>
/// Reads stored readings from InfluxDB 2.x with Flux. Windows and samples are made here, of the readings, so that they are what every other
/// store answers. All members throw <see cref="HistoryUnavailableException"/> when the server does not answer; a bucket that is not there yet
/// has no readings.
/// </summary>
internal sealed class ClientHistory(ClientConnection connection) : IHistory
{
    private const int BlockReadings = 10_000;

    /// <summary>How many points share a question for their newest reading.</summary>
    private const int PointsPerQuery = 200;

    /// <summary>How far back the reading before a moment is looked for, step by step.</summary>
    private static readonly TimeSpan[] Back = [TimeSpan.FromHours(1), TimeSpan.FromDays(1), TimeSpan.FromDays(30), TimeSpan.MaxValue];

    private readonly ClientQuery query = new(connection);
    private readonly FluxQueries queries = new(connection.Target.Bucket);

    public async ValueTask<IReadOnlyList<Reading>> LastAsync(
        IReadOnlyCollection<PointId> points, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        var newest = new List<Reading>();
        foreach (var site in points.GroupBy(static p => p.Site, StringComparer.Ordinal))
            foreach (var some in site.Chunk(PointsPerQuery))
                newest.AddRange(await NewestAsync(site.Key, some, cancellationToken));
        return newest;
    }

    public async IAsyncEnumerable<IReadOnlyList<Reading>> ReadAsync(
        PointId point, TimeRange range, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (range.From >= range.To) yield break;
        var qualities = new Dictionary<DateTime, Quality>();
        await foreach (var row in query.AskAsync<TextRow>(queries.Qualities(point, range), cancellationToken))
            if (LineNames.TryReadQuality(Encoding.UTF8.GetBytes(row.Value), out var quality))
                qualities[Utc(row.Time)] = quality;

        var block = new List<Reading>();
        await foreach (var row in query.AskAsync<NumberRow>(queries.Values(point, range), cancellationToken))
        {
            var time = Utc(row.Time);
            block.Add(new(point, time, row.Value, qualities.GetValueOrDefault(time)));
            if (block.Count < BlockReadings) continue;
            yield return block;
            block = [];
        }

        if (block.Count > 0) yield return block;
    }

    public async ValueTask<IReadOnlyList<PointHistory<HistoryWindow>>> WindowsAsync(
        WindowRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var grid = new WindowGrid(request.Every, request.Zone);
        var answers = new List<PointHistory<HistoryWindow>>();
        foreach (var point in request.Points)
        {
            var before = request.Extras is WindowExtras.None ? null : await BeforeAsync(point, request.Range.From, cancellationToken);
            var builder = new WindowBuilder(request, grid, before);
            await foreach (var reading in GoodAsync(point, request.Range, cancellationToken))
            {
                builder.Add(reading.Time, reading.Value);
                if (builder.IsFull) break;
            }

            answers.Add(new(point, builder.End(await AtAsync(point, request.Range.To, cancellationToken))));
        }

        return answers;
    }

    public async ValueTask<IReadOnlyList<PointHistory<Sample>>> SampleAsync(
        SampleRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var answers = new List<PointHistory<Sample>>();
        foreach (var point in request.Points)
        {
            var sampler = new Sampler(request.Range, request.Count);
            await foreach (var reading in GoodAsync(point, request.Range, cancellationToken)) sampler.Add(reading.Time, reading.Value);
            answers.Add(new(point, sampler.End()));
        }

        return answers;
    }

    public async ValueTask<double?> CounterIncreaseAsync(PointId point, TimeRange range, CancellationToken cancellationToken = default)
    {
        var previous = await AtAsync(point, range.From, cancellationToken) ?? await BeforeAsync(point, range.From, cancellationToken);
        var increase = 0.0;
        await foreach (var reading in GoodAsync(point, range with { To = After(range.To) }, cancellationToken))
        {
            if (previous is { } before && reading.Time > before.Time) increase += Summary.RiseOf(before.Value, reading.Value);
            previous = new(reading.Time, reading.Value);
        }

        return previous is null ? null : increase;
    }

    private static DateTime Utc(DateTime time) => DateTime.SpecifyKind(time, DateTimeKind.Utc);

    private static DateTime After(DateTime time) =>
        DateTime.MaxValue - time <= TimeSpan.FromMilliseconds(1) ? DateTime.MaxValue : time.AddMilliseconds(1);

    private async IAsyncEnumerable<Reading> GoodAsync(
        PointId point, TimeRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var block in ReadAsync(point, range, cancellationToken))
            foreach (var reading in block)
                if (reading.Quality.Level is not QualityLevel.Bad)
                    yield return reading;
    }

    private async Task<Sample?> AtAsync(PointId point, DateTime moment, CancellationToken cancellationToken)
    {
        await foreach (var reading in GoodAsync(point, new(moment, After(moment)), cancellationToken)) return new(reading.Time, reading.Value);
        return null;
    }

    private async Task<Sample?> BeforeAsync(PointId point, DateTime moment, CancellationToken cancellationToken)
    {
        foreach (var back in Back)
        {
            var from = back < moment - DateTime.MinValue ? moment - back : DateTime.MinValue;
            Sample? last = null;
            await foreach (var reading in GoodAsync(point, new(from, moment), cancellationToken)) last = new(reading.Time, reading.Value);
            if (last is not null) return last;
        }

        return null;
    }

    private async Task<IEnumerable<Reading>> NewestAsync(string site, PointId[] points, CancellationToken cancellationToken)
    {
        var tables = await query.TablesAsync(queries.Newest(site, points), cancellationToken);
        var newest = new NewestRows(points);
        foreach (var table in tables)
            foreach (var record in table.Records)
                if (record.GetTimeInDateTime() is { } time)
                    newest.Add((string)record.GetValueByKey("equipment"), record.GetField(), Utc(time), record.GetValue());
        return newest.Readings;
    }

    /// <summary>A row of values; the library fills it.</summary>
    internal sealed class NumberRow
    {
        [Column(IsTimestamp = true)]
        public DateTime Time { get; set; }

        [Column("_value")]
        public double Value { get; set; }
    }

    /// <summary>A row of texts; the library fills it.</summary>
    internal sealed class TextRow
    {
        [Column(IsTimestamp = true)]
        public DateTime Time { get; set; }

        [Column("_value")]
        public string Value { get; set; } = "";
    }
}
