using Microsoft.Data.Sqlite;

namespace Plantroom.Ingest.Commit;

/// <summary>
/// Where readings become durable: the embedded store, or the spool in front of a remote one. Each call either succeeds or changes
/// nothing; what failed is called again. One call at a time.
/// </summary>
internal interface IReadingKeeper
{
    /// <summary>Opens it. Nothing when it is open.</summary>
    /// <exception cref="SqliteException">It could not be opened.</exception>
    /// <exception cref="IOException">It could not be opened.</exception>
    void Open();

    /// <summary>Keeps a group of batches; when it returns they are durable.</summary>
    /// <exception cref="SqliteException">Nothing of the group was kept.</exception>
    /// <exception cref="IOException">Nothing of the group was kept.</exception>
    void Commit(CommitGroup group);

    /// <summary>Closes it. Another call opens it again.</summary>
    void Close();
}
