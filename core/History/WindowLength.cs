using System.Globalization;

namespace Plantroom;

/// <summary>What a <see cref="WindowLength"/> is counted in. Up to hours a length of time, from days on a part of the calendar.</summary>
public enum WindowUnit
{
    /// <summary>1 ms.</summary>
    Millisecond,

    /// <summary>1,000 ms.</summary>
    Second,

    /// <summary>60 s.</summary>
    Minute,

    /// <summary>60 min.</summary>
    Hour,

    /// <summary>From midnight to midnight: 23 to 25 h where clocks are changed.</summary>
    Day,

    /// <summary>From Monday to Monday.</summary>
    Week,

    /// <summary>From the first of a month to the next.</summary>
    Month,

    /// <summary>From the first of January to the next.</summary>
    Year,
}

/// <summary>The length of windows of history, for example <c>15min</c> or <c>1mo</c>.</summary>
/// <param name="Count">How many units, at least 1.</param>
/// <param name="Unit">Of what.</param>
public readonly record struct WindowLength(int Count, WindowUnit Unit)
{
    /// <summary>What a message to the caller says about the accepted forms.</summary>
    public const string Expectation =
        "must be a whole number and one of ms, s, min, h, d, w, mo, y, for example 15min or 1mo; from 1ms to 400 days, weeks up to 57, months up to 12, 1y";

    private const int MostDays = 400;

    private static readonly (string Suffix, WindowUnit Unit, int Most)[] Units =
    [
        ("ms", WindowUnit.Millisecond, int.MaxValue), ("min", WindowUnit.Minute, MostDays * 1440), ("mo", WindowUnit.Month, 12),
        ("s", WindowUnit.Second, MostDays * 86_400), ("h", WindowUnit.Hour, MostDays * 24), ("d", WindowUnit.Day, MostDays),
        ("w", WindowUnit.Week, MostDays / 7), ("y", WindowUnit.Year, 1),
    ];

    /// <summary>Whether it is a part of the calendar, so that its length depends on the time zone and the date.</summary>
    public bool IsCalendar => Unit >= WindowUnit.Day;

    /// <summary>Whether the count is in the range that <see cref="Expectation"/> tells.</summary>
    public bool IsValid
    {
        get
        {
            foreach (var (_, unit, most) in Units)
                if (unit == Unit)
                    return Count >= 1 && Count <= most;
            return false;
        }
    }

    /// <summary>How long it is; for a part of the calendar, how long it usually is (a month 30 days, a year 365).</summary>
    public TimeSpan Usual => Unit switch
    {
        WindowUnit.Millisecond => TimeSpan.FromMilliseconds(Count),
        WindowUnit.Second => TimeSpan.FromSeconds(Count),
        WindowUnit.Minute => TimeSpan.FromMinutes(Count),
        WindowUnit.Hour => TimeSpan.FromHours(Count),
        WindowUnit.Day => TimeSpan.FromDays(Count),
        WindowUnit.Week => TimeSpan.FromDays(7 * Count),
        WindowUnit.Month => TimeSpan.FromDays(30 * Count),
        _ => TimeSpan.FromDays(365 * Count),
    };

    /// <summary>A length of time, at least 1 ms and at most 400 days, in the largest unit up to hours that it is a whole number of.</summary>
    public static WindowLength Of(TimeSpan length)
    {
        var milliseconds = length.Ticks / TimeSpan.TicksPerMillisecond;
        ArgumentOutOfRangeException.ThrowIfLessThan(milliseconds, 1, nameof(length));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, TimeSpan.FromDays(MostDays));
        if (milliseconds % 3_600_000 == 0) return new((int)(milliseconds / 3_600_000), WindowUnit.Hour);
        if (milliseconds % 60_000 == 0) return new((int)(milliseconds / 60_000), WindowUnit.Minute);
        if (milliseconds % 1000 == 0) return new((int)(milliseconds / 1000), WindowUnit.Second);
        return new(checked((int)milliseconds), WindowUnit.Millisecond);
    }

    /// <summary>Reads the form of query strings.</summary>
    public static bool TryParse(string? text, out WindowLength length)
    {
        length = default;
        foreach (var (suffix, unit, most) in Units)
        {
            if (text is null || !text.EndsWith(suffix, StringComparison.Ordinal)) continue;
            var number = text.AsSpan(0, text.Length - suffix.Length);
            if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count < 1 || count > most) return false;
            length = new(count, unit);
            return true;
        }

        return false;
    }

    /// <summary>The form of query strings.</summary>
    public override string ToString()
    {
        var unit = Unit;
        return string.Create(CultureInfo.InvariantCulture, $"{Count}{Units.First(u => u.Unit == unit).Suffix}");
    }
}
