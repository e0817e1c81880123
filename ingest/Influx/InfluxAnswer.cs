using System.Text;
using System.Text.Json;

namespace Plantroom.Ingest.Influx;

/// <summary>Reads what a server says when something is wrong.</summary>
internal static class InfluxAnswer
{
    /// <summary>In bytes. The server repeats every line that it refuses.</summary>
    private const int Longest = 16 * 1024 * 1024;

    /// <summary>What an answer says: its <c>error</c> or <c>message</c>, else its text.</summary>
    public static async Task<string> MessageAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var bytes = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (bytes.Length < Longest && await body.ReadAsync(buffer, cancellationToken) is var read and > 0)
            await bytes.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        var text = Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length).Trim();
        if (FromJson(text) is { } message) return message;
        return text.Length > 0 && text[0] != '<' ? text : answer.ReasonPhrase ?? "";
    }

    /// <summary>How long the server asks to wait: seconds or a date.</summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage answer, TimeProvider clock)
    {
        var header = answer.Headers.RetryAfter;
        var wait = header?.Delta ?? (header?.Date is { } date ? date - clock.GetUtcNow() : null);
        return wait is { } found && found > TimeSpan.Zero ? found : null;
    }

    private static string? FromJson(string text)
    {
        if (text.Length == 0 || text[0] != '{') return null;
        try
        {
            using var json = JsonDocument.Parse(text);
            foreach (var name in (ReadOnlySpan<string>)["error", "message"])
                if (json.RootElement.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String)
                    return value.GetString();
        }
        catch (JsonException)
        {
            // Cut off, or not what it looks like: the text itself says as much.
        }

        return null;
    }
}
