using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Plantroom.Ingest.Commit;
using SQLitePCL;

namespace Plantroom.Ingest.Sqlite;

/// <summary>
/// The one writer of the database of readings. Every failure closes the connection; the next call opens it again, so an attempt never
/// starts from what a failed one left behind. May be called from any thread; one call works at a time.
/// </summary>
internal sealed class HistoryWriter(DataFolder folder, LastValues last, IOptions<IngestOptions> options)
    : IReadingKeeper, IDisposable
{
    private readonly Lock gate = new();
    private Session? session;

    /// <summary>Opens the store, makes it when it is new and brings it up to date when it is old. Nothing when it is open.</summary>
    /// <exception cref="SqliteException">It could not be opened.</exception>
    public void Open()
    {
        lock (gate) Opened();
    }

    /// <summary>Stores a group of batches in one transaction; when it returns they are durable and visible to readers.</summary>
    /// <exception cref="SqliteException">Nothing of the group was stored.</exception>
    public void Commit(CommitGroup group)
    {
        lock (gate)
        {
            if (group.Count == 0) return;
            var opened = Opened();
            try
            {
                last.Update(opened.Commit(group));
            }
            catch
            {
                Close();
                throw;
            }
        }
    }

    /// <summary>Removes readings older than a moment, but never the newest of a point. One small transaction.</summary>
    /// <param name="before">Readings before it are removed.</param>
    /// <param name="atMost">How many readings to remove, and how many points to look at, at most; at least 1.</param>
    /// <param name="cursor">Where to go on: 0 at the start of a round, afterwards what the last call left; 0 again at its end.</param>
    /// <returns>How many were removed.</returns>
    /// <exception cref="SqliteException">Nothing was removed.</exception>
    public int Remove(DateTime before, int atMost, ref long cursor)
    {
        lock (gate)
        {
            var opened = Opened();
            try
            {
                return opened.Remove(StoredTime.FirstAtOrAfter(before), atMost, ref cursor);
            }
            catch
            {
                Close();
                throw;
            }
        }
    }

    /// <summary>Closes the store. Another call opens it again.</summary>
    public void Close()
    {
        lock (gate)
        {
            session?.Dispose();
            session = null;
        }
    }

    public void Dispose() => Close();

    private Session Opened()
    {
        if (session is not null) return session;
        var connection = HistoryFile.OpenWriter(folder.History, options.Value);
        try
        {
            var opened = new Session(connection);
            if (!last.IsComplete) last.Load(opened.Newest());
            return session = opened;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>An open connection with its prepared statements and what it knows of the point table.</summary>
    private sealed class Session : IDisposable
    {
        private readonly SqliteConnection connection;
        private readonly SqliteStatement begin;
        private readonly SqliteStatement commit;
        private readonly SqliteStatement insert;
        private readonly SqliteStatement addPoint;
        private readonly SqliteStatement oldestKept;
        private readonly SqliteStatement removeOld;
        private readonly SqliteStatement nextPoint;
        private int[] numbers = [];
        private int highest;

        public Session(SqliteConnection connection)
        {
            this.connection = connection;
            begin = new(connection, "BEGIN IMMEDIATE");
            commit = new(connection, "COMMIT");

            // With one key and REPLACE, SQLite overwrites in place without looking first: the quickest way that is idempotent.
            insert = new(connection, "INSERT OR REPLACE INTO reading (point, time_ms, value, quality) VALUES (?1, ?2, ?3, ?4)");
            addPoint = new(connection, "INSERT INTO point (name) VALUES (?1)");
            nextPoint = new(connection, "SELECT id FROM point WHERE id > ?1 ORDER BY id LIMIT 1");
            oldestKept = new(connection,
                """
                SELECT min(
                    coalesce((SELECT time_ms FROM reading WHERE point = ?1 AND time_ms < ?2 ORDER BY time_ms LIMIT 1 OFFSET ?3), ?2),
                    (SELECT max(time_ms) FROM reading WHERE point = ?1))
                """);
            removeOld = new(connection, "DELETE FROM reading WHERE point = ?1 AND time_ms < ?2");
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

        public int Remove(long before, int atMost, ref long cursor)
        {
            var removed = 0;
            var done = cursor;
            begin.Run();

            // Points without anything old cost a look each, so they count too: commits wait for the whole chunk.
            for (var looks = 0; looks < atMost && removed < atMost; looks++)
            {
                if (!One(nextPoint.Bind(1, done), out var point))
                {
                    done = 0;
                    break;
                }

                removed += RemoveOld(point, before, atMost - removed);

                // A full chunk may have left something of this point behind, so the next one starts with it again.
                if (removed < atMost) done = point;
            }

            commit.Run();
            cursor = done;
            return removed;
        }

        /// <summary>The newest reading of each point.</summary>
        public List<Reading> Newest() => NewestReadings.OfAll(connection);

        public void Dispose()
        {
            foreach (var statement in (ReadOnlySpan<SqliteStatement>)[begin, commit, insert, addPoint, nextPoint, oldestKept, removeOld])
                statement.Dispose();

            // Closing rolls back what was not committed.
            connection.Dispose();
        }

        private static bool One(SqliteStatement query, out long value)
        {
            value = 0;
            if (!query.Step()) return false;
            var found = !query.IsNull(0);
            value = query.Int64(0);
            query.Reset();
            return found;
        }

        private int RemoveOld(long point, long before, int atMost)
        {
            if (!One(oldestKept.Bind(1, point).Bind(2, before).Bind(3, atMost), out var kept)) return 0;
            removeOld.Bind(1, point).Bind(2, kept).Run();
            return raw.sqlite3_changes(connection.Handle);
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
}
