using System.Globalization;

namespace Plantroom.Energy.Consumption;

/// <summary>The windows of a consumption: of up to an hour, aligned in UTC, or the days of the site.</summary>
internal static class EnergyWindows
{
    public const string Expectation = "must be 1d, 1h or a number of minutes up to 60, for example 15min";

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>Reads the length of windows; a day stands for the days of the site, however long they are.</summary>
    public static bool TryParse(string? text, out TimeSpan length)
    {
        length = text switch
        {
            "1d" => Day,
            "1h" => Hour,
            ['0', ..] => default,
            [.. var number, 'm', 'i', 'n'] when byte.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) =>
                TimeSpan.FromMinutes(minutes),
            _ => default,
        };
        return length == Day || (length > TimeSpan.Zero && length <= Hour);
    }

    /// <summary>Cuts a range into windows, one after the other without gaps; the first and the last end where the range does.</summary>
    public static IEnumerable<TimeRange> Cut(TimeRange range, TimeSpan length, TimeZoneInfo zone) =>
        length == Day ? Days(range, zone) : Equal(range, length.Ticks);

    private static IEnumerable<TimeRange> Equal(TimeRange range, long length)
    {
        for (var from = range.From; from < range.To;)
        {
            var left = length - ((from.Ticks - DateTime.UnixEpoch.Ticks) % length);
            var to = left < (range.To - from).Ticks ? from.AddTicks(left) : range.To;
            yield return new(from, to);
            from = to;
        }
    }

    private static IEnumerable<TimeRange> Days(TimeRange range, TimeZoneInfo zone)
    {
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeFromUtc(range.From, zone));
        for (var from = range.From; from < range.To;)
        {
            // There is no day after the last one of the calendar.
            var next = day < DateOnly.MaxValue ? StartOf(day = day.AddDays(1), zone) : range.To;
            var to = next < range.To ? next : range.To;

            // A day that a zone left out, as Samoa did once on its way across the date line, has no length.
            if (to <= from) continue;
            yield return new(from, to);
            from = to;
        }
    }

    /// <summary>The first moment of a day: where the clock shows midnight twice, the first; where it skips midnight, the skip.</summary>
    private static DateTime StartOf(DateOnly day, TimeZoneInfo zone)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        var offset =
            zone.IsAmbiguousTime(midnight) ? zone.GetAmbiguousTimeOffsets(midnight).Max()
            : zone.IsInvalidTime(midnight) ? zone.GetUtcOffset(midnight.AddTicks(-1))
            : zone.GetUtcOffset(midnight);
        return DateTime.SpecifyKind(midnight - offset, DateTimeKind.Utc);
    }
}
