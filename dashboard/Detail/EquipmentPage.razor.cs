using Microsoft.AspNetCore.Components;
using Plantroom.Dashboard.Formatting;
using Plantroom.Dashboard.Live;
using Plantroom.Dashboard.Shell;

namespace Plantroom.Dashboard.Detail;

/// <summary>Everything about one piece of equipment: alarms, the trend of one point, live values, relations, maintenance.</summary>
public partial class EquipmentPage
{
    /// <summary>So long the page waits for its trend before it is shown without.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>A trend that takes longer is given up.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private Equipment? equipment;
    private IReadOnlyList<Equipment> parts = [];
    private IReadOnlyList<Alarm> alarms = [];
    private PointDefinition? selected;
    private TrendSpan span = null!;
    private IReadOnlyList<HistoryWindow>? windows;
    private MaintenanceReminder? reminder;
    private TimeRange range;
    private DateTime readAt;
    private CancellationTokenSource? reading;
    private bool historyFailed;
    private string? whyFailed;
    private EquipmentId key;
    private int tick;

    /// <summary>The site's id.</summary>
    [Parameter]
    public string Site { get; set; } = "";

    /// <summary>The equipment's id within the site.</summary>
    [Parameter]
    public string Id { get; set; } = "";

    /// <summary>The point whose trend is shown; without it the one in alarm, else the first that is worth a trend.</summary>
    [SupplyParameterFromQuery(Name = "point")]
    public string? Point { get; set; }

    /// <summary>How far back the trend reaches: <c>7d</c>, <c>31d</c>, <c>1y</c>; without it as far as is set.</summary>
    [SupplyParameterFromQuery(Name = "range")]
    public string? Reach { get; set; }

    private TimeZoneInfo Zone => ZoneOf(key.Site);

    private DateOnly Today => Show.Today(Now, Zone);

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        key = new(Site, Id);
        var before = (selected?.Id, span);
        Look();
        if (equipment is null) Navigation.NotFound();
        (selected, span) = (Choose(), TrendSpan.Of(Reach, Settings));
        if ((selected?.Id, span) == before && equipment is not null && windows is not null) return;
        (windows, historyFailed) = (null, false);

        await ReadForAMomentAsync();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        GiveUp();
    }

    private protected override async Task<bool> OnTickAsync(LiveTick what)
    {
        Look();
        var after = historyFailed ? Settings.ReloadInterval : span.ReloadAfter(Settings.ReloadInterval);
        if (reading is null && Now - readAt >= after) await ReadForAMomentAsync();
        return true;
    }

    private void Look()
    {
        equipment = Model.Find(key);
        parts = [.. Model.Equipment.Where(e => e.Parent == key)];
        alarms = [.. Live.Alarms.Active.Where(a => a.Equipment == key)];
        tick++;
    }

    private PointDefinition? Choose() =>
        equipment?.Points.FirstOrDefault(p => p.Id.Point == Point)
        ?? equipment?.Points.FirstOrDefault(p => alarms is [var worst, ..] && p.Id == worst.Point)
        ?? equipment?.Points.FirstOrDefault(static p => p.Kind is PointKind.Measurement)
        ?? (equipment?.Points is [var first, ..] ? first : null);

    private void GiveUp()
    {
        (var given, reading) = (reading, null);
        given?.Cancel();
    }

    /// <summary>A store that hangs does not keep the live values from being seen; a trend that comes later is drawn with the next tick.</summary>
    private async Task ReadForAMomentAsync() => await Task.WhenAny(ReadAsync(), Task.Delay(Patience, Time));

    /// <summary>Reads the trend; another one that is being read is given up.</summary>
    private async Task ReadAsync()
    {
        readAt = Now;
        GiveUp();
        if (selected is not { } point) return;
        using var mine = new CancellationTokenSource(Longest, Time);
        reading = mine;
        try
        {
            var ask = span.Ask(point, Now, Zone);
            var read = await History.WindowsAsync(ask, mine.Token);
            reminder = (await Reminders.OpenAsync(mine.Token)).FirstOrDefault(r => r.Equipment == key);

            // Another point may have been chosen while this one was read.
            if (reading == mine) (windows, range, historyFailed) = (read[0].Items, ask.Range, false);
        }
        catch (HistoryUnavailableException e)
        {
            // A store that is away is told once a page, not with every attempt.
            if (reading != mine) return;
            if (!historyFailed) PageLog.HistoryAway(Log, point.Id, e.Message);
            (historyFailed, whyFailed) = (true, e.Message);
        }
        catch (Exception e)
        {
            // What was given up is no failure. The live values stay in view; the next reading is tried at the usual time.
            if (reading != mine) return;
            PageLog.HistoryUnreadable(Log, point.Id, e);
            (historyFailed, whyFailed) = (true, null);
        }
        finally
        {
            if (reading == mine) reading = null;
        }
    }

    private IReadOnlyList<double> LimitsOf(PointId point) =>
        [.. alarms.Where(a => a.Point == point).Select(static a => a.Limit).OfType<double>().Distinct()];

    private static string UrlOf(PointDefinition point, TrendSpan span) =>
        $"{UrlOf(point.Id.Equipment)}?point={Uri.EscapeDataString(point.Id.Point)}{(span.Key is { } reach ? $"&range={reach}" : "")}";
}
