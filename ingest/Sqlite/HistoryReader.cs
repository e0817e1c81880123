using Microsoft.Data.Sqlite;

namespace Plantroom.Ingest.Sqlite;

/// <summary>One reading connection with its prepared statements. Used by one query at a time.</summary>
internal sealed class HistoryReader : IDisposable
{
    /// <summary>What <see cref="Quality.ToByte"/> makes of the worst usable quality is below it, of every bad one at or above it.</summary>
    private const int FirstBad = (int)QualityLevel.Bad << 6;

    /// <summary>
    /// Below this many readings per window a statement for each window costs more than fetching the readings one by one (measured: a
    /// third at 3,600 per window, break-even at about 60).
    /// </summary>
    private const int WorthAggregating = 64;

    private const string OfPoint = "FROM reading WHERE point = ?1 AND time_ms >= ?2 AND time_ms < ?3";

    private readonly SqliteStatement begin;
    private readonly SqliteStatement end;
    private readonly SqliteStatement number;
    private readonly SqliteStatement rows;
    private readonly SqliteStatement usable;
    private readonly SqliteStatement next;
    private readonly SqliteStatement aggregate;
    private readonly SqliteStatement before;

    private HistoryReader(SqliteConnection connection)
    {
        Connection = connection;
        begin = new(Connection, "BEGIN");
        end = new(Connection, "COMMIT");
        number = new(Connection, "SELECT id FROM point WHERE name = ?1");
        rows = new(Connection, $"SELECT time_ms, value, quality {OfPoint} ORDER BY time_ms LIMIT ?4");
        usable = new(Connection, $"SELECT time_ms, value {OfPoint} AND quality < {FirstBad} ORDER BY time_ms");
        next = new(Connection, $"SELECT time_ms {OfPoint} AND quality < {FirstBad} ORDER BY time_ms LIMIT 1");
        aggregate = new(Connection, $"SELECT count(*), avg(value), min(value), max(value) {OfPoint} AND quality < {FirstBad}");
        before = new(Connection,
            $"SELECT value FROM reading WHERE point = ?1 AND time_ms <= ?2 AND quality < {FirstBad} ORDER BY time_ms DESC LIMIT 1");
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
        end.Run();
        return answer;
    }

    public List<Reading> Raw(PointId point, TimeRange range, int limit, CancellationToken cancellationToken)
    {
        var readings = new List<Reading>();
        if (!Start(rows, point, range)) return readings;
        rows.Bind(4, limit);
        while (rows.Step())
        {
            readings.Add(new(
                point, StoredTime.FromMilliseconds(rows.Int64(0)), rows.Double(1), Quality.FromByte((byte)rows.Int64(2))));
            StopWhen(rows, cancellationToken);
        }

        return readings;
    }

    /// <summary>Windows that hold much are summed up by SQLite, one statement each; many small ones in one pass here.</summary>
    public List<HistoryWindow> Windows(
        PointId point, TimeRange range, TimeSpan every, int limit, CancellationToken cancellationToken)
    {
        var windows = new List<HistoryWindow>();
        var length = every.Ticks / TimeSpan.TicksPerMillisecond;
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1, nameof(every));
        if (!Start(next, point, range)) return windows;
        Start(aggregate, point, range);
        var to = StoredTime.FirstAtOrAfter(range.To);
        long readings = 0;
        while (windows.Count < limit && next.Step())
        {
            var from = next.Int64(0);
            next.Reset();
            var start = StoredTime.WindowStart(from, length);
            var end = Math.Min(start + length, to);
            windows.Add(Aggregate(start, from, end));
            readings += windows[^1].Count;
            next.Bind(2, end);

            // The first window is often cut off, so it does not decide alone.
            if (windows.Count < 2 || readings >= (long)windows.Count * WorthAggregating) continue;
            AddInOnePass(windows, point, new(StoredTime.FromMilliseconds(end), range.To), length, limit, cancellationToken);
            break;
        }

        return windows;
    }

    public double? CounterIncrease(PointId point, TimeRange range, CancellationToken cancellationToken)
    {
        // The end belongs to the range of a counter.
        if (!Start(usable, point, range with { To = StoredTime.Next(range.To) })) return null;
        var increase = default(CounterIncrease);
        number.Bind(1, point.ToString()).Step();
        before.Bind(1, number.Int64(0)).Bind(2, StoredTime.FirstAtOrAfter(range.From));
        number.Reset();
        if (before.Step()) increase.Add(before.Double(0));
        before.Reset();
        while (usable.Step())
        {
            increase.Add(usable.Double(1));
            StopWhen(usable, cancellationToken);
        }

        return increase.Total;
    }

    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<SqliteStatement>)[begin, end, number, rows, usable, next, aggregate, before]) statement.Dispose();
        Connection.Dispose();
    }

    /// <summary>Binds the point and the range; false when the store does not have the point.</summary>
    private bool Start(SqliteStatement statement, PointId point, TimeRange range)
    {
        if (!number.Bind(1, point.ToString()).Step()) return false;
        statement.Bind(1, number.Int64(0));
        number.Reset();
        statement.Bind(2, StoredTime.FirstAtOrAfter(range.From)).Bind(3, StoredTime.FirstAtOrAfter(range.To));
        return true;
    }

    private HistoryWindow Aggregate(long start, long from, long end)
    {
        aggregate.Bind(2, from).Bind(3, end).Step();
        var window = new HistoryWindow(
            StoredTime.FromMilliseconds(start), aggregate.Int64(0), aggregate.Double(1), aggregate.Double(2), aggregate.Double(3));
        aggregate.Reset();
        return window;
    }

    private void AddInOnePass(
        List<HistoryWindow> windows, PointId point, TimeRange range, long length, int limit, CancellationToken cancellationToken)
    {
        Start(usable, point, range);
        var current = default(WindowSum);
        while (windows.Count < limit && usable.Step())
        {
            var start = StoredTime.WindowStart(usable.Int64(0), length);
            if (current.Count > 0 && start != current.Start)
            {
                windows.Add(current.ToWindow());
                current = default;
            }

            current.Add(start, usable.Double(1));
            StopWhen(usable, cancellationToken);
        }

        usable.Reset();
        if (windows.Count < limit && current.Count > 0) windows.Add(current.ToWindow());
    }

    private static void StopWhen(SqliteStatement statement, CancellationToken cancellationToken)
    {
        if (!cancellationToken.IsCancellationRequested) return;
        statement.Reset();
        cancellationToken.ThrowIfCancellationRequested();
    }
}
