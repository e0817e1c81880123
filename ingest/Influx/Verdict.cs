using System.Net;

namespace Plantroom.Ingest.Influx;

/// <summary>What an answer to a write says about its lines.</summary>
internal enum VerdictKind
{
    /// <summary>All are stored.</summary>
    Taken,

    /// <summary>Nothing; later.</summary>
    NotNow,

    /// <summary>We are not let in: nothing about the lines, and somebody has to do something.</summary>
    NotAllowed,

    /// <summary>There is no such database, retention policy or bucket.</summary>
    Missing,

    /// <summary>There is no such way of writing: it is another server than it was taken for.</summary>
    NoSuchPath,

    /// <summary>Too many at once.</summary>
    TooLarge,

    /// <summary>
    /// A proxy could not pass on the answer of a server that is well: most often one that repeats many refused lines in a header.
    /// </summary>
    Garbled,

    /// <summary>At least one of them will never be stored.</summary>
    Refused,

    /// <summary>The request was wrong: perhaps one of the lines, perhaps the settings.</summary>
    Unclear,
}

/// <summary>What an answer to a write says about its lines, and why.</summary>
/// <param name="Kind">What.</param>
/// <param name="Reason">In the server's words; empty when taken.</param>
/// <param name="RetryAfter">How long the server asks to wait; null when it does not say.</param>
internal readonly record struct Verdict(VerdictKind Kind, string Reason = "", TimeSpan? RetryAfter = null)
{
    /// <summary>How servers begin when they speak of lines, whatever the status of their answer.</summary>
    private static readonly string[] OfLines =
        ["partial write", "unable to parse", "field type conflict", "beyond retention", "error parsing", "parsing failed", "time outside range"];

    /// <summary>Reads an answer.</summary>
    /// <param name="status">Its status.</param>
    /// <param name="message">What the server says of it.</param>
    /// <param name="retryAfter">What it asks for.</param>
    public static Verdict Of(HttpStatusCode status, string message, TimeSpan? retryAfter)
    {
        var code = (int)status;
        if (code is >= 200 and < 300) return new(VerdictKind.Taken);
        var kind = code switch
        {
            400 or 422 or 500 when Says(message, OfLines) => VerdictKind.Refused,
            404 or 500 when IsMissing(message) => VerdictKind.Missing,
            404 or 405 or 410 => VerdictKind.NoSuchPath,
            401 or 403 => VerdictKind.NotAllowed,
            413 => VerdictKind.TooLarge,
            502 => VerdictKind.Garbled,
            422 => VerdictKind.Refused,
            400 => VerdictKind.Unclear,
            _ => VerdictKind.NotNow,
        };
        return new(kind, $"{code} {message}", retryAfter);
    }

    private static bool IsMissing(string message) =>
        Says(message, ["not found"]) && Says(message, ["database", "bucket", "retention policy"]);

    private static bool Says(string message, ReadOnlySpan<string> any)
    {
        foreach (var words in any)
            if (message.Contains(words, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }
}
