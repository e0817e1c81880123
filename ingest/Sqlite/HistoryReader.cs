using Microsoft.Data.Sqlite;

namespace Plantroom.Ingest.Sqlite;

/// <summary>One reading connection with its prepared statements. Used by one query at a time.</summary>
internal sealed class HistoryReader : IDisposable
{
    /// <summary>What <see cref="Quality.ToByte"/> makes of the worst usable quality is below it, of every bad one at or above it.</summary>
    private const int FirstBad = (int)QualityLevel.Bad << 6;

    private const string OfPoint = "FROM reading WHERE point = ?1 AND time_ms >= ?2 AND time_ms < ?3";

    private readonly SqliteStatement begin;
    private readonly SqliteStatement end;
    private readonly SqliteStatement number;
    private readonly SqliteStatement rows;
    private readonly SqliteStatement usable;
    private readonly SqliteStatement before;

    private HistoryReader(SqliteConnection connection)
    {
        Connection = connection;
        begin = new(Connection, "BEGIN");
        end = new(Connection, "COMMIT");
        number = new(Connection, "SELECT id FROM point WHERE name = ?1");
        rows = new(Connection, $"SELECT time_ms, value, quality {OfPoint} ORDER BY time_ms LIMIT ?4");
        usable = new(Connection, $"SELECT time_ms, value {OfPoint} AND quality < {FirstBad} ORDER BY time_ms");
        before = new(Connection,
            $"SELECT value, time_ms FROM reading WHERE point = ?1 AND time_ms <= ?2 AND quality < {FirstBad} ORDER BY time_ms DESC LIMIT 1");
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

    /// <summary>The last good reading before a moment.</summary>
    public Sample? Before(PointId point, DateTime moment)
    {
        if (!number.Bind(1, point.ToString()).Step()) return null;
        before.Bind(1, number.Int64(0)).Bind(2, StoredTime.FirstAtOrAfter(moment) - 1);
        number.Reset();
        Sample? found = before.Step() ? new(StoredTime.FromMilliseconds(before.Int64(1)), before.Double(0)) : null;
        before.Reset();
        return found;
    }

    /// <summary>Hands over the good readings of a range, until it is told that it is enough.</summary>
    public void Good(PointId point, TimeRange range, Func<DateTime, double, bool> take, CancellationToken cancellationToken)
    {
        if (!Start(usable, point, range)) return;
        while (usable.Step())
        {
            if (!take(StoredTime.FromMilliseconds(usable.Int64(0)), usable.Double(1))) break;
            StopWhen(usable, cancellationToken);
        }

        usable.Reset();
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
        foreach (var statement in (ReadOnlySpan<SqliteStatement>)[begin, end, number, rows, usable, before]) statement.Dispose();
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

    private static void StopWhen(SqliteStatement statement, CancellationToken cancellationToken)
    {
        if (!cancellationToken.IsCancellationRequested) return;
        statement.Reset();
        cancellationToken.ThrowIfCancellationRequested();
    }
}
