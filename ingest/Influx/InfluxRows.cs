using System.Runtime.CompilerServices;

namespace Plantroom.Ingest.Influx;

/// <summary>A part of the readings of one of the points that were asked for.</summary>
/// <param name="Index">Which of them.</param>
/// <param name="Readings">Oldest first; at least one.</param>
internal readonly record struct RowBlock(int Index, IReadOnlyList<Reading> Readings);

/// <summary>Reads single readings of points, each point's in the order of time, as they arrive.</summary>
internal sealed class InfluxRows(InfluxQuery query, InfluxSources sources)
{
    /// <summary>How many points share a request: the server answers them one after the other.</summary>
    private const int PointsPerRequest = 16;

    /// <summary>How many of the last readings are looked at first for one that is not bad.</summary>
    private const int FirstLook = 8;

    private const int LargestLook = 10_000;

    /// <summary>Reads the readings of a range.</summary>
    /// <param name="points">Which points.</param>
    /// <param name="when">The condition on the time.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async IAsyncEnumerable<RowBlock> ReadAsync(
        IReadOnlyList<PointId> points, string when, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var measurements = await sources.OfAsync(points, cancellationToken);
        var simple = Enumerable.Range(0, points.Count).Where(i => measurements[points[i].Equipment].Count == 1);
        foreach (var group in simple.Chunk(PointsPerRequest))
        {
            string[] statements = [.. group.Select(i => Select(points[i], measurements[points[i].Equipment][0], when))];
            var latest = new DateTime[group.Length];
            await foreach (var chunk in query.AskAsync(statements, cancellationToken))
            {
                var readings = Readings(points[group[chunk.Statement]], chunk, ref latest[chunk.Statement]);
                if (readings.Count > 0) yield return new(group[chunk.Statement], readings);
            }
        }

        for (var i = 0; i < points.Count; i++)
        {
            if (measurements[points[i].Equipment] is not { Count: > 1 } several) continue;
            await foreach (var block in MergeAsync(points[i], several, when, cancellationToken)) yield return new(i, block);
        }
    }

    /// <summary>The last reading of each point up to a moment that is not bad; null where there is none.</summary>
    public async Task<Sample?[]> BeforeAsync(
        IReadOnlyList<PointId> points, DateTime moment, bool included, CancellationToken cancellationToken)
    {
        var found = new Sample?[points.Count];
        var measurements = await sources.OfAsync(points, cancellationToken);
        var when = $"time {(included ? "<=" : "<")} {InfluxTime.Text(moment)}";
        var open = Enumerable.Range(0, points.Count)
            .SelectMany(i => measurements[points[i].Equipment].Select(m => new Look(i, m, when)))
            .ToList();
        for (var rows = FirstLook; open.Count > 0; rows = Math.Min(rows * 8, LargestLook))
        {
            var looks = open;
            open = [];
            foreach (var group in looks.Chunk(PointsPerRequest * 4))
            {
                string[] statements = [.. group.Select(l => $"{Select(points[l.Index], l.Measurement, l.When)} ORDER BY time DESC LIMIT {rows}")];
                await foreach (var chunk in query.AskAsync(statements, cancellationToken))
                {
                    var look = group[chunk.Statement];
                    var at = Good(chunk);
                    if (at is { } sample && (found[look.Index] is not { } other || sample.Time > other.Time)) found[look.Index] = sample;
                    if (at is null && chunk.Count == rows) open.Add(look with { When = $"time < {chunk.Times[^1]}" });
                }
            }
        }

        return found;
    }

    /// <summary>From and to as a condition.</summary>
    public static string Within(TimeRange range, bool endIncluded = false) =>
        $"time >= {InfluxTime.Text(range.From)} AND time {(endIncluded ? "<=" : "<")} {InfluxTime.Text(range.To)}";

    private static string Select(PointId point, string measurement, string when) =>
        $"SELECT {InfluxQl.Name(LineNames.Field(point))}, {InfluxQl.Name(LineNames.QualityField(point))} FROM {InfluxQl.Name(measurement)} "
        + $"WHERE {InfluxQl.Is(point.Equipment)} AND {when}";

    private static Sample? Good(InfluxChunk chunk)
    {
        for (var row = 0; row < chunk.Count; row++)
        {
            if (!double.IsNaN(chunk.Number(row, 0)) && chunk.Quality(row).Level is not QualityLevel.Bad)
                return new(InfluxTime.FromNanoseconds(chunk.Times[row]), chunk.Number(row, 0));
        }

        return null;
    }

    /// <summary>The readings of a chunk that are later than the latest one: of two of the same time, the first.</summary>
    private static List<Reading> Readings(PointId point, InfluxChunk chunk, ref DateTime latest)
    {
        var readings = new List<Reading>(chunk.Count);
        for (var row = 0; row < chunk.Count; row++)
        {
            var (value, time) = (chunk.Number(row, 0), InfluxTime.FromNanoseconds(chunk.Times[row]));
            if (double.IsNaN(value) || time <= latest) continue;
            readings.Add(new(point, time, value, chunk.Quality(row)));
            latest = time;
        }

        return readings;
    }

    private async IAsyncEnumerable<List<Reading>> MergeAsync(
        PointId point, IReadOnlyList<string> measurements, string when, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var streams = measurements.Select(m => new InfluxStream(BlocksAsync(point, m, when, cancellationToken))).ToList();
        try
        {
            foreach (var stream in streams) await stream.NextAsync();
            var block = new List<Reading>();
            var latest = DateTime.MinValue;
            while (streams.Where(static s => s.Current is not null).MinBy(static s => s.Current!.Value.Time) is { } first)
            {
                var reading = first.Current!.Value;
                if (reading.Time > latest) block.Add(reading);
                latest = reading.Time;
                await first.NextAsync();
                if (block.Count < LargestLook) continue;
                yield return block;
                block = [];
            }

            if (block.Count > 0) yield return block;
        }
        finally
        {
            foreach (var stream in streams) await stream.DisposeAsync();
        }
    }

    private async IAsyncEnumerable<List<Reading>> BlocksAsync(
        PointId point, string measurement, string when, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var latest = DateTime.MinValue;
        await foreach (var chunk in query.AskAsync([Select(point, measurement, when)], cancellationToken))
            yield return Readings(point, chunk, ref latest);
    }

    private readonly record struct Look(int Index, string Measurement, string When);
}
