using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Plantroom.Ingest.Commit;

namespace Plantroom.Ingest.Sqlite;

/// <summary>
/// The one writer of the database of readings. Every failure closes the connection; the next call opens it again, so an attempt never
/// starts from what a failed one left behind. May be called from any thread; one call works at a time.
/// </summary>
internal sealed class HistoryWriter(DataFolder folder, LastValues last, IOptions<IngestOptions> options)
    : IReadingKeeper, IDisposable
{
    private readonly Lock gate = new();
    private WriterSession? session;

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

    /// <summary>Does a piece of upkeep in one small transaction; commits wait for it.</summary>
    /// <exception cref="SqliteException">Nothing was changed.</exception>
    /// <exception cref="InvalidDataException">Something stored is damaged; nothing was changed.</exception>
    public T Upkeep<T>(Func<WriterSession, T> piece)
    {
        lock (gate)
        {
            var opened = Opened();
            try
            {
                return opened.Transaction(piece);
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

    private WriterSession Opened()
    {
        if (session is not null) return session;
        var connection = HistoryFile.OpenWriter(folder.History, options.Value);
        try
        {
            var opened = new WriterSession(connection);
            if (!last.IsComplete) last.Load(opened.Newest());
            return session = opened;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
