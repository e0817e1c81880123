using System.Globalization;

namespace Plantroom.Ingest.Http;

/// <summary>The length of a window in a query: a whole number and one of <c>ms s min h d</c>.</summary>
internal static class WindowLength
{
    public const string Expectation = "must be a whole number and one of ms, s, min, h, d, for example 15min; from 1ms to 366d";

    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    private static readonly (string Suffix, TimeSpan Unit)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)), ("min", TimeSpan.FromMinutes(1)), ("s", TimeSpan.FromSeconds(1)),
        ("h", TimeSpan.FromHours(1)), ("d", TimeSpan.FromDays(1)),
    ];

    public static bool TryParse(string text, out TimeSpan length)
    {
        length = default;
        foreach (var (suffix, unit) in Units)
        {
            if (!text.EndsWith(suffix, StringComparison.Ordinal)) continue;
            var number = text.AsSpan(0, text.Length - suffix.Length);
            if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return false;
            if (count < 1 || count > Longest / unit) return false;
            length = unit * count;
            return true;
        }

        return false;
    }
}
