using Microsoft.Data.Sqlite;
using Plantroom.Ingest.Sqlite.Queries;

namespace Plantroom.Ingest.Sqlite;

/// <summary>One reading connection with its prepared statements. Used by one query at a time.</summary>
internal sealed class HistoryReader : IDisposable
{
    private readonly SqliteStatement begin;
    private readonly SqliteStatement end;
    private readonly PointTable points;
    private readonly ReadingBefore before;
    private readonly RowCursor rows;
    private readonly ChunkCursor chunks;
    private readonly RollupCursor[] rollups;
    private readonly ReadingMerge readings;
    private readonly StretchReader stretches;

    private HistoryReader(SqliteConnection connection)
    {
        Connection = connection;
        begin = new(connection, "BEGIN");
        end = new(connection, "COMMIT");
        points = new(connection);
        before = new(connection);
        rows = new(connection);
        chunks = new(connection);
        rollups = [.. Enumerable.Range(0, RollupLevel.Count).Select(level => new RollupCursor(connection, level))];
        readings = new(chunks, rows);
        stretches = new(readings, rows, rollups);
    }

    public SqliteConnection Connection { get; }

    /// <summary>Opens a connection; the file must exist and have its tables.</summary>
    public static HistoryReader Open(string path)
    {
        var connection = HistoryFile.OpenReader(path);
        try
        {
            return new(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Runs a query that sees one state of the store, however many statements it takes.</summary>
    public T Query<T>(Func<HistoryReader, T> query)
    {
        begin.Run();
        var answer = query(this);
        rows.Reset();
        chunks.Reset();
        foreach (var rollup in rollups) rollup.Reset();
        end.Run();
        return answer;
    }

    /// <summary>Readings of a range from its start on: all of them when they are fewer than <paramref name="enough"/>.</summary>
    public List<Reading> Raw(PointId point, TimeRange range, int enough, CancellationToken cancellationToken)
    {
        var block = new List<Reading>();
        if (!points.Find(point, out var stored)) return block;
        var (from, to, _) = StoredRange.Of(range);
        readings.Start(stored.Number, from, to);
        while (block.Count < enough && readings.Next(from, to, out var run))
        {
            cancellationToken.ThrowIfCancellationRequested();
            block.EnsureCapacity(Math.Min(enough, block.Count + run.Times.Length));
            for (var i = 0; i < run.Times.Length; i++)
                block.Add(new(point, StoredTime.FromMilliseconds(run.Times[i]), run.Values[i], Quality.FromByte(run.Qualities[i])));
            from = run.Next;
        }

        return block;
    }

    public IReadOnlyList<HistoryWindow> Windows(
        PointId point, PointKind? kind, WindowRequest request, WindowGrid grid, CancellationToken cancellationToken)
    {
        if (!points.Find(point, out var stored)) return [];
        var range = StoredRange.Of(request.Range);
        var builder = new WindowBuilder(request, grid, request.Extras == WindowExtras.None ? null : before.Find(stored, range.From));
        var sink = new WindowSink(request, kind is PointKind.Switch, builder);
        var rises = request.Extras.HasFlag(WindowExtras.Increase);

        // Without a kept rise, roll-ups would be read for nothing.
        var levels = rises && kind is not (null or PointKind.Counter)
            ? RollupLevels.None
            : Levels(stored, range, request.Every.Usual.TotalMilliseconds);
        stretches.Read(stored, range, levels, new WindowEnds(request, grid).Of, sink, cancellationToken);
        return builder.End(rises ? stretches.AtEnd(range) : null);
    }

    public IReadOnlyList<Sample> Samples(PointId point, SampleRequest request, CancellationToken cancellationToken)
    {
        if (!points.Find(point, out var stored)) return [];
        var range = StoredRange.Of(request.Range);
        var sink = new SampleSink(request);
        stretches.Read(stored, range, Levels(stored, range, sink.Part / 8), sink.PartEnd, sink, cancellationToken);
        if (sink.NeedsReadings) stretches.Read(stored, range, RollupLevels.None, sink.PartEnd, sink = new(request), cancellationToken);
        return sink.End();
    }

    public double? CounterIncrease(PointId point, TimeRange of, CancellationToken cancellationToken)
    {
        if (!points.Find(point, out var stored)) return null;
        var range = StoredRange.Of(of);
        var sink = new RiseSink(before.Find(stored, range.From), of.From);
        stretches.Read(stored, range, Levels(stored, range, range.To - range.From), _ => range.To, sink, cancellationToken);

        // The end belongs to the range of a counter.
        if (stretches.AtEnd(range) is { } last) sink.Add(last);
        return sink.Total;
    }

    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<IDisposable>)[begin, end, points, before, rows, chunks, .. rollups]) statement.Dispose();
        Connection.Dispose();
    }

    private RollupLevels Levels(in StoredPoint stored, in StoredRange range, double longest) => RollupLevels.TooLong(longest)
        ? RollupLevels.None
        : RollupLevels.Of(longest, points.PerQuarterHour(stored.Number, range.From));
}
