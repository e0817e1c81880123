using Plantroom.Dashboard.Language;

namespace Plantroom.Dashboard.Detail;

/// <summary>
/// How far back a trend reaches, and the windows that it is drawn from: each keeps its smallest and largest value, so that a spike is seen
/// however long the trend is. The longer ones are whole quarter hours, hours and days, of which stores keep the sums.
/// </summary>
/// <param name="Key">How it is called in an address; null for the usual one.</param>
/// <param name="Name">How it is called on the page; its place is for <see cref="Count"/>.</param>
/// <param name="Length">How long it is.</param>
/// <param name="Every">How long a window is.</param>
internal sealed record TrendSpan(string? Key, LocalizedText Name, TimeSpan Length, WindowLength Every)
{
    private static readonly TrendSpan[] Longer =
    [
        new("7d", Texts.LastDays, TimeSpan.FromDays(7), new(30, WindowUnit.Minute)),
        new("31d", Texts.LastDays, TimeSpan.FromDays(31), new(2, WindowUnit.Hour)),
        new("1y", Texts.LastYear, TimeSpan.FromDays(365), new(1, WindowUnit.Day)),
    ];

    /// <summary>Hours of the usual one, days of the others.</summary>
    public int Count => (int)(Key is null ? Length.TotalHours : Length.TotalDays);

    /// <summary>All that are offered, the usual one first.</summary>
    public static IReadOnlyList<TrendSpan> All(DashboardOptions settings)
    {
        var usual = settings.TrendLength;
        return [new(null, Texts.LastHours, usual, WindowLength.Of(usual / settings.TrendWindows)), .. Longer.Where(l => l.Length > usual)];
    }

    /// <summary>The one of an address; the usual one when it is none.</summary>
    public static TrendSpan Of(string? key, DashboardOptions settings) =>
        All(settings) is var all && key is not null && all.FirstOrDefault(s => s.Key == key) is { } found ? found : all[0];

    /// <summary>How often an open page reads it again: as often as set, but not more than some times in each window.</summary>
    public TimeSpan ReloadAfter(TimeSpan set) => Every.Usual / 10 is var tenth && tenth > set ? tenth : set;

    /// <summary>What is asked of a point. The share of time that something is on tells more of a long time than that it was on.</summary>
    public WindowRequest Ask(PointDefinition point, DateTime now, TimeZoneInfo zone) => new([point.Id], new(now - Length, now), Every)
    {
        Zone = zone,
        Extras = Key is not null && point.Kind is PointKind.Switch ? WindowExtras.TimeWeightedMean : WindowExtras.None,
    };
}
