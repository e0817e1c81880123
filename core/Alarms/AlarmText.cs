using System.Globalization;

namespace Plantroom;

/// <summary>An alarm in one line for people: screens, messages, journals.</summary>
public static class AlarmText
{
    /// <summary>
    /// The title with the value that raised the alarm and the limit that was passed, as far as there are any, for example
    /// <c>High level: 1.20 m (limit 1.15 m)</c> and <c>高液位：1.20 m（限值 1.15 m）</c>.
    /// </summary>
    /// <param name="alarm">The alarm.</param>
    /// <param name="point">What the site model says about the alarm's point: unit, decimals, labels; null when it is not known.</param>
    public static LocalizedText Describe(Alarm alarm, PointDefinition? point)
    {
        ArgumentNullException.ThrowIfNull(alarm);
        if (alarm.Value is not { } value) return alarm.Title;
        if (alarm.Limit is not { } limit)
            return new($"{alarm.Title.ZhCn}：{Show(value, point, "zh")}", $"{alarm.Title.En}: {Show(value, point, "en")}");

        return new(
            $"{alarm.Title.ZhCn}：{Show(value, point, "zh")}（限值 {Show(limit, point, "zh")}）",
            $"{alarm.Title.En}: {Show(value, point, "en")} (limit {Show(limit, point, "en")})");
    }

    private static string Show(double value, PointDefinition? point, string language)
    {
        if (point is null) return value.ToString("0.###", CultureInfo.InvariantCulture);
        if (value == Math.Round(value) && point.Labels.TryGetValue((int)value, out var label)) return label.For(language);
        var number = value.ToString("F" + point.Decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return point.Unit is "" or "1" ? number : $"{number} {point.Unit}";
    }
}
