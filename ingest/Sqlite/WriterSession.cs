using Microsoft.Data.Sqlite;
using Plantroom.Ingest.Commit;
using Plantroom.Ingest.Retention;
using Plantroom.Ingest.Sqlite.Compaction;
using SQLitePCL;

namespace Plantroom.Ingest.Sqlite;

/// <summary>An open connection with its prepared statements and what it knows of the point table.</summary>
internal sealed class WriterSession : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly SqliteStatement begin;
    private readonly SqliteStatement commit;
    private readonly SqliteStatement insert;
    private readonly SqliteStatement addPoint;
    private ClosingSlice? closing;
    private RemovalSlice? removal;
    private int[] numbers = [];
    private int highest;

    public WriterSession(SqliteConnection connection)
    {
        this.connection = connection;
        begin = new(connection, "BEGIN IMMEDIATE");
        commit = new(connection, "COMMIT");

        // With one key and REPLACE, SQLite overwrites in place without looking first: the quickest way that is idempotent.
        insert = new(connection, "INSERT OR REPLACE INTO reading (point, time_ms, value, quality) VALUES (?1, ?2, ?3, ?4)");
        addPoint = new(connection, "INSERT INTO point (name) VALUES (?1)");
        ReadNumbers();
    }

    public ReadOnlySpan<Reading> Commit(CommitGroup group)
    {
        begin.Run();
        NumberNewPoints(group);
        var readings = group.InStoreOrder(numbers, highest);
        Insert(readings);
        commit.Run();
        return readings;
    }

    /// <summary>Does a piece of upkeep in one transaction.</summary>
    public T Transaction<T>(Func<WriterSession, T> piece)
    {
        begin.Run();
        var answer = piece(this);
        commit.Run();
        return answer;
    }

    /// <summary>For statements that are too rare to be kept. Inside <see cref="Transaction"/>.</summary>
    public SqliteConnection Connection => connection;

    /// <summary>Moves what is old enough from rows into chunks. Inside <see cref="Transaction"/>.</summary>
    public ClosingSlice Closing => closing ??= new(connection);

    /// <summary>Removes what was kept long enough. Inside <see cref="Transaction"/>.</summary>
    public RemovalSlice Removal => removal ??= new(connection);

    /// <summary>The newest reading of each point.</summary>
    public List<Reading> Newest() => NewestReadings.OfAll(connection);

    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<SqliteStatement>)[begin, commit, insert, addPoint]) statement.Dispose();
        closing?.Dispose();
        removal?.Dispose();

        // Closing rolls back what was not committed.
        connection.Dispose();
    }

    private void Insert(ReadOnlySpan<Reading> readings)
    {
        var point = default(PointId);
        foreach (ref readonly var reading in readings)
        {
            // Bindings survive a reset, so the point is bound once for all its readings.
            if (reading.Point != point)
            {
                point = reading.Point;
                insert.Bind(1, numbers[point.Index]);
            }

            insert.Bind(2, StoredTime.ToMilliseconds(reading.Time)).Bind(3, reading.Value).Bind(4, reading.Quality.ToByte());
            insert.Step();
        }
    }

    private void ReadNumbers()
    {
        using var all = new SqliteStatement(connection, "SELECT id, name FROM point");
        while (all.Step())
        {
            // A name that was put in by hand and that no reading can have.
            if (PointId.IsValidName(all.Text(1))) Know(PointId.Intern(all.Text(1)), (int)all.Int64(0));
        }
    }

    private void NumberNewPoints(CommitGroup group)
    {
        foreach (var batch in group.Batches)
        {
            foreach (ref readonly var reading in batch.Readings)
            {
                var index = reading.Point.Index;
                if (index < numbers.Length && numbers[index] > 0) continue;
                addPoint.Bind(1, reading.Point.ToString()).Run();
                Know(reading.Point, (int)raw.sqlite3_last_insert_rowid(connection.Handle));
            }
        }
    }

    private void Know(PointId point, int number)
    {
        if (point.Index >= numbers.Length) Array.Resize(ref numbers, Math.Max(point.Index + 1, numbers.Length * 2));
        numbers[point.Index] = number;
        highest = Math.Max(highest, number);
    }
}
