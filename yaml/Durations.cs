using System.Globalization;

namespace Plantroom.Yaml;

/// <summary>Lengths of time as people write them in the files: a number and one of <c>ms s min h d</c>.</summary>
public static class Durations
{
    private static readonly (string Suffix, double Seconds)[] Units =
        [("ms", 0.001), ("min", 60), ("s", 1), ("h", 3600), ("d", 86400)];

    /// <summary>Reads a duration; not negative, at most ten years.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        var trimmed = text.Trim();
        foreach (var (suffix, seconds) in Units)
        {
            if (!trimmed.EndsWith(suffix, StringComparison.Ordinal)) continue;
            var number = trimmed.AsSpan(0, trimmed.Length - suffix.Length).TrimEnd();
            if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)) return false;
            if (!(amount * seconds <= 10 * 366 * 86400.0)) return false; // also for NaN
            duration = TimeSpan.FromMilliseconds(Math.Round(amount * seconds * 1000));
            return true;
        }

        return false;
    }
}
