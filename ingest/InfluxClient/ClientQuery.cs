using System.Runtime.CompilerServices;
using InfluxDB.Client.Core.Exceptions;
using InfluxDB.Client.Core.Flux.Domain;

namespace Plantroom.Ingest.InfluxClient;

/// <summary>Asks in Flux, and says in our words what goes wrong: the library has many for it.</summary>
internal sealed class ClientQuery(ClientConnection connection)
{
    /// <summary>The rows of an answer, one by one.</summary>
    /// <remarks>The library ends a cancelled answer like a complete one, or fails in odd ways: here it is a cancellation.</remarks>
    /// <exception cref="HistoryUnavailableException">The server does not answer, or says that something is wrong.</exception>
    public async IAsyncEnumerable<T> AskAsync<T>(string flux, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var answer = connection.Client.GetQueryApi().QueryAsyncEnumerable<T>(flux, cancellationToken: cancellationToken);
        await using var rows = answer.GetAsyncEnumerator(cancellationToken);
        while (await NextAsync(rows, flux, cancellationToken)) yield return rows.Current;
    }

    /// <summary>A whole answer.</summary>
    /// <exception cref="HistoryUnavailableException">The server does not answer, or says that something is wrong.</exception>
    public Task<List<FluxTable>> TablesAsync(string flux, CancellationToken cancellationToken) =>
        TriedAsync(() => connection.Client.GetQueryApi().QueryAsync(flux, cancellationToken: cancellationToken), [], cancellationToken);

    /// <summary>
    /// Where the library cannot read an answer row by row it forgets what the server said, and stumbles over the missing answer: asked for one row
    /// in its other way, it tells.
    /// </summary>
    private async Task<bool> NextAsync<T>(IAsyncEnumerator<T> rows, string flux, CancellationToken cancellationToken)
    {
        try
        {
            return await TriedAsync(() => rows.MoveNextAsync().AsTask(), false, cancellationToken);
        }
        catch (ArgumentNullException e) when (e.ParamName is "stream")
        {
            List<FluxTable> nothing = [];
            var queries = connection.Client.GetQueryApi();
            var one = await TriedAsync(() => queries.QueryAsync(flux + " |> limit(n: 1)", null, cancellationToken), nothing, cancellationToken);
            if (ReferenceEquals(one, nothing)) return false;
            throw new HistoryUnavailableException($"InfluxDB at {connection.Address}: it gave no answer", e);
        }
    }

    private async Task<T> TriedAsync<T>(Func<Task<T>> ask, T nothing, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            var answer = await ask();
            cancellationToken.ThrowIfCancellationRequested();
            return answer;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && IsOfNothing(e))
        {
            return nothing;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && ClientConnection.IsFailure(e))
        {
            throw new HistoryUnavailableException($"InfluxDB at {connection.Address}: {e.Message}", e);
        }
    }

    private static bool IsOfNothing(Exception e) => e is NotFoundException && e.Message.Contains("bucket", StringComparison.OrdinalIgnoreCase);
}
