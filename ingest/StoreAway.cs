using Microsoft.Data.Sqlite;

namespace Plantroom.Ingest;

/// <summary>Tells failures of the store, which go away by themselves or with somebody's help, from defects of the program.</summary>
internal static class StoreAway
{
    /// <summary>Whether a question failed because the store cannot answer at the moment.</summary>
    /// <param name="failure">What the question ended with.</param>
    /// <param name="cancellationToken">The question's own; when it is cancelled, nobody waits for an answer.</param>
    public static bool Is(Exception failure, CancellationToken cancellationToken) =>
        failure is SqliteException or HttpRequestException or IOException or TimeoutException
        || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested);
}
