using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Plantroom.Ingest.Influx;

/// <summary>Asks the server in InfluxQL and reads its answers part by part, so that the largest one takes little memory.</summary>
internal sealed class InfluxQuery(InfluxConnection connection)
{
    /// <summary>How many rows the server sends at a time.</summary>
    private const int ChunkRows = 10_000;

    /// <summary>Asks several statements at once.</summary>
    /// <param name="statements">In InfluxQL.</param>
    /// <param name="cancellationToken">Ends the answer, at the server, too.</param>
    /// <returns>Rows in the order of the statements. Nothing of a database that is not there yet.</returns>
    /// <exception cref="HistoryUnavailableException">The server does not answer, or says that something is wrong.</exception>
    public async IAsyncEnumerable<InfluxChunk> AskAsync(
        IReadOnlyCollection<string> statements, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (statements.Count == 0) yield break;
        using var answer = await SendAsync(string.Join(';', statements), cancellationToken);
        if (answer is null) yield break;
        using var lines = new InfluxLines(connection, answer);
        while (await NextAsync(lines, cancellationToken) is { } chunks)
            foreach (var chunk in chunks)
                yield return chunk;
    }

    /// <summary>Statements behind one that failed are not executed: that one says why.</summary>
    private static bool IsOfNothing(string error) =>
        error is "not executed" || (error.Contains("not found", StringComparison.OrdinalIgnoreCase)
        && (error.Contains("database", StringComparison.OrdinalIgnoreCase) || error.Contains("bucket", StringComparison.OrdinalIgnoreCase)
            || error.Contains("retention policy", StringComparison.OrdinalIgnoreCase)));

    private async Task<HttpResponseMessage?> SendAsync(string statements, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{connection.Target.QueryPath}&chunked=true&chunk_size={ChunkRows}");
        request.Content = new FormUrlEncodedContent([new("q", statements)]);
        HttpResponseMessage? answer = null;
        try
        {
            answer = await connection.SendAsync(request, false, cancellationToken);
            if (answer.IsSuccessStatusCode) return answer;
            var message = await connection.MessageAsync(answer, cancellationToken);
            answer.Dispose();
            if (IsOfNothing(message)) return null;
            throw new HistoryUnavailableException($"InfluxDB at {connection.Address}: {(int)answer.StatusCode} {message}");
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutException or IOException)
        {
            answer?.Dispose();
            throw Unavailable(e);
        }
    }

    private async Task<List<InfluxChunk>?> NextAsync(InfluxLines lines, CancellationToken cancellationToken)
    {
        try
        {
            if (await lines.NextAsync(cancellationToken) is not { } line) return null;
            var errors = new List<string>();
            var chunks = InfluxChunk.Read(line.Span, errors);
            if (errors.Find(static e => !IsOfNothing(e)) is { } error)
                throw new HistoryUnavailableException($"InfluxDB at {connection.Address}: {connection.Clean(error)}");
            return chunks;
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutException or IOException or JsonException)
        {
            throw Unavailable(e);
        }
    }

    private HistoryUnavailableException Unavailable(Exception e) =>
        new($"InfluxDB at {connection.Address}: {connection.Clean((e.InnerException ?? e).Message)}", e);
}
