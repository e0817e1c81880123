using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Plantroom.Dashboard.Formatting;
using Plantroom.Dashboard.Language;

namespace Plantroom.Dashboard.Detail;

/// <summary>
/// Draws a history: a line of means within the band of extremes, or the states of a switch. Reading values off it needs no round trip:
/// the texts travel with the chart, see plantroom.js.
/// </summary>
public partial class TrendChart
{
    private const int Top = 8;

    /// <summary>In windows of this length several states of an enumeration are likely.</summary>
    private static readonly TimeSpan HighestFrom = TimeSpan.FromMinutes(30);

    private Trend? trend;
    private Scale scale;

    /// <summary>What was measured.</summary>
    [Parameter, EditorRequired]
    public PointDefinition Point { get; set; } = null!;

    /// <summary>The history in windows, oldest first.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<HistoryWindow> Windows { get; set; } = [];

    /// <summary>From and to.</summary>
    [Parameter, EditorRequired]
    public TimeRange Range { get; set; }

    /// <summary>The length of a window.</summary>
    [Parameter, EditorRequired]
    public TimeSpan Every { get; set; }

    /// <summary>The time zone of the site.</summary>
    [Parameter, EditorRequired]
    public TimeZoneInfo Zone { get; set; } = TimeZoneInfo.Utc;

    /// <summary>Limits to draw, in the point's unit.</summary>
    [Parameter]
    public IReadOnlyList<double> Limits { get; set; } = [];

    [CascadingParameter]
    private UiLanguage L { get; set; } = UiLanguage.English;

    private bool IsState => Point.Kind is PointKind.Switch or PointKind.Enumeration;

    /// <summary>Whether the windows tell for which part of their time a switch was on.</summary>
    private bool IsShare => Point.Kind is PointKind.Switch && Windows.Any(static w => w.TimeWeightedMean is not null);

    private string OnLabel => Show.Value(Point, 1, L);

    private int PlotHeight => IsState ? 88 : 216;

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        if (ReferenceEquals(trend?.Windows, Windows) && trend.Range == Range) return;
        trend = new(Range, Every, Windows);
        if (Windows.Count > 0 && !IsState) scale = trend.Scale(Limits);
    }

    private static string Pixels(double length) => length.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Percent(double part) => part.ToString("0.###%", CultureInfo.InvariantCulture);

    /// <summary>Labels at the edges stay inside.</summary>
    private static string Anchor(double position) => position < 0.015 ? "start" : position > 0.985 ? "end" : "middle";

    private string Y(double value) =>
        (Top + ((1 - scale.Position(value)) * (PlotHeight - Top))).ToString("0.#", CultureInfo.InvariantCulture);

    private string LabelY(double value) =>
        Math.Max(Top + 6, Top + ((1 - scale.Position(value)) * (PlotHeight - Top)) - 4).ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>What a person hears who cannot see the chart.</summary>
    private string Summary()
    {
        var last = Windows[^1];
        return $"{L.Format(Texts.TrendOf, L[Point.Name])}: {Moment(last)} {Reading(last)}";
    }

    /// <summary>For each window: how far right in thousandths, the time, the values.</summary>
    private string Points() => JsonSerializer.Serialize(
        Windows.Select(w => new object[] { Math.Round(trend!.Position(w) * 1000), Moment(w), Reading(w) }));

    private string Moment(HistoryWindow window) => TimeAxis.Moment(window.Start, Every, Range, Zone);

    private string Reading(HistoryWindow window)
    {
        if (IsShare) return L.Format(Texts.ShareOfTime, OnLabel, Share(window));
        if (IsState) return Show.Value(Point, window.Max, L);
        var mean = Show.ValueWithUnit(Point, window.Mean, L);
        return window.Min < window.Max ? $"{mean} ({Show.Value(Point, window.Min, L)}–{Show.Value(Point, window.Max, L)})" : mean;
    }

    /// <summary>A little is not nothing.</summary>
    private string Share(HistoryWindow window)
    {
        var percent = 100 * Trend.ShareOf(window);
        return percent is > 0 and < 0.1 || (percent == 0 && window.Max > 0) ? $"<{Show.Number(0.1, 1, L)}" : Show.Number(percent, 1, L);
    }
}
