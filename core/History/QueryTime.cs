using System.Globalization;

namespace Plantroom;

/// <summary>Moments as they come in query strings: RFC 3339 with an offset, or milliseconds since 1970 UTC.</summary>
public static class QueryTime
{
    /// <summary>What a message to the caller says about the accepted forms.</summary>
    public const string Expectation = "must be RFC 3339 with an offset, for example 2026-06-01T08:00:00Z, or milliseconds since 1970 UTC";

    private static readonly string[] Formats =
        ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"];

    private static readonly long LastMillisecond = new DateTimeOffset(DateTime.MaxValue, TimeSpan.Zero).ToUnixTimeMilliseconds();

    /// <summary>Reads a moment between 1970 and 9999; the result is UTC.</summary>
    /// <remarks>
    /// A <c>+</c> that was not escaped in the URL arrives as a space; in front of the offset it is taken for what was meant.
    /// </remarks>
    public static bool TryParse(string? text, out DateTime utc)
    {
        utc = default;
        if (string.IsNullOrEmpty(text)) return false;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds))
        {
            if (milliseconds > LastMillisecond) return false;
            utc = DateTime.UnixEpoch.AddMilliseconds(milliseconds);
            return true;
        }

        if (text.Length > 6 && text[^6] == ' ') text = $"{text[..^6]}+{text[^5..]}";
        if (!HasOffset(text)) return false;
        if (!DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment)) return false;
        utc = moment.UtcDateTime;
        return utc >= DateTime.UnixEpoch;
    }

    /// <summary>Without an offset the server would have to guess the time zone.</summary>
    private static bool HasOffset(string text) => text[^1] == 'Z' || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':');
}
