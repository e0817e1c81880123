using Plantroom.Dashboard.Language;

namespace Plantroom.Dashboard.Formatting;

/// <summary>UCUM units as people write them.</summary>
internal static class Units
{
    /// <summary>The unit to show after a number; empty for plain numbers.</summary>
    public static string Show(string ucum, UiLanguage language) => ucum switch
    {
        "" or "1" => "",
        "{#}" => language[Texts.TimesUnit],
        _ when ucum.StartsWith('{') => "",
        "Cel" => "°C",
        "kW.h" => "kWh",
        "kvar.h" => "kvarh",
        "deg" => "°",
        "m3" => "m³",
        "m2" => "m²",
        _ => PerHour(ucum),
    };

    /// <summary>Turns <c>m3.h-1</c> into <c>m³/h</c>: products with a point, negative powers behind a stroke.</summary>
    private static string PerHour(string ucum)
    {
        var parts = ucum.Split('.');
        var over = parts.Where(static p => !p.EndsWith("-1", StringComparison.Ordinal)).Select(Power);
        var under = parts.Where(static p => p.EndsWith("-1", StringComparison.Ordinal)).Select(static p => p[..^2]);
        return string.Join('/', [string.Join('·', over), .. under]);
    }

    private static string Power(string unit) =>
        unit.Length > 1 && (unit[^1] is '2' or '3') ? unit[..^1] + (unit[^1] == '2' ? "²" : "³") : unit;
}
