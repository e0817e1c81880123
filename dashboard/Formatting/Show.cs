using System.Globalization;
using Plantroom.Dashboard.Language;

namespace Plantroom.Dashboard.Formatting;

/// <summary>Values, ages and times as the screens write them.</summary>
internal static class Show
{
    /// <summary>A value without its unit: a number with the point's decimals, or the label of a state.</summary>
    public static string Value(PointDefinition point, double value, UiLanguage language)
    {
        if (point.Kind is PointKind.Switch or PointKind.Enumeration && point.Labels.TryGetValue((int)Math.Round(value), out var label))
            return language[label];
        return Number(value, point.Kind is PointKind.Switch or PointKind.Enumeration ? 0 : point.Decimals, language);
    }

    /// <summary>A number with a fixed count of decimals.</summary>
    public static string Number(double value, int decimals, UiLanguage language) =>
        value.ToString("N" + decimals.ToString(CultureInfo.InvariantCulture), language.Culture);

    /// <summary>A size in its largest sensible unit, each 1,024 of the one below.</summary>
    public static string Size(double bytes, UiLanguage language)
    {
        string[] units = ["kB", "MB", "GB", "TB"];
        var (size, unit) = (bytes / 1024, 0);
        for (; Math.Abs(size) >= 1000 && unit < units.Length - 1; unit++) size /= 1024;
        return $"{Number(size, Math.Abs(size) < 10 ? 1 : 0, language)} {units[unit]}";
    }

    /// <summary>The unit that belongs after a value of a point; empty for states.</summary>
    public static string Unit(PointDefinition point, UiLanguage language) => Units.Show(point.Unit, language);

    /// <summary>A value with its unit.</summary>
    public static string ValueWithUnit(PointDefinition point, double value, UiLanguage language) =>
        Unit(point, language) is { Length: > 0 } unit ? $"{Value(point, value, language)} {unit}" : Value(point, value, language);

    /// <summary>A length of time in its largest sensible unit; never negative.</summary>
    public static string Age(TimeSpan age, UiLanguage language) => age switch
    {
        { TotalSeconds: < 0 } => language.Format(Texts.Seconds, 0),
        { TotalSeconds: < 100 } => language.Format(Texts.Seconds, (int)age.TotalSeconds),
        { TotalMinutes: < 100 } => language.Format(Texts.Minutes, (int)age.TotalMinutes),
        { TotalHours: < 48 } => language.Format(Texts.Hours, (int)age.TotalHours),
        _ => language.Format(Texts.Days, (int)age.TotalDays),
    };

    /// <summary>The time of day at a site, with the date when it is not today's.</summary>
    public static string Moment(DateTime utc, DateTime nowUtc, TimeZoneInfo zone)
    {
        var local = Local(utc, zone);
        var format = local.Date == Local(nowUtc, zone).Date ? "HH:mm:ss" : "yyyy-MM-dd HH:mm";
        return local.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>Date and time at a site.</summary>
    public static string Clock(DateTime utc, TimeZoneInfo zone) =>
        Local(utc, zone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>A day.</summary>
    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A month.</summary>
    public static string Month(DateOnly day) => day.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    /// <summary>How a due day stands to today.</summary>
    public static string Due(DateOnly due, DateOnly today, UiLanguage language) => (due.DayNumber - today.DayNumber) switch
    {
        0 => language[Texts.DueToday],
        < 0 and var days => language.Format(Texts.OverdueDays, -days),
        var days => language.Format(Texts.DueInDays, days),
    };

    /// <summary>The day it is at a site.</summary>
    public static DateOnly Today(DateTime nowUtc, TimeZoneInfo zone) => DateOnly.FromDateTime(Local(nowUtc, zone));

    private static DateTime Local(DateTime utc, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTimeFromUtc(DateTime.SpecifyKind(utc, DateTimeKind.Utc), zone);
}
