using Microsoft.AspNetCore.Components;
using Plantroom.Dashboard.Formatting;
using Plantroom.Dashboard.Live;
using Plantroom.Dashboard.Shell;

namespace Plantroom.Dashboard.Detail;

/// <summary>Everything about one piece of equipment: alarms, the trend of one point, live values, relations, maintenance.</summary>
public partial class EquipmentPage
{
    private Equipment? equipment;
    private IReadOnlyList<Equipment> parts = [];
    private IReadOnlyList<Alarm> alarms = [];
    private PointDefinition? selected;
    private IReadOnlyList<HistoryWindow>? windows;
    private MaintenanceReminder? reminder;
    private TimeRange range;
    private DateTime readAt;
    private bool historyFailed;
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

    private TimeZoneInfo Zone => ZoneOf(key.Site);

    private DateOnly Today => Show.Today(Now, Zone);

    private TimeSpan Every => Settings.TrendLength / Settings.TrendWindows;

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        key = new(Site, Id);
        var before = selected?.Id;
        Look();
        if (equipment is null) Navigation.NotFound();
        selected = Choose();
        if (selected?.Id == before && equipment is not null && windows is not null) return;
        windows = null;
        await ReadAsync();
    }

    private protected override async Task<bool> OnTickAsync(LiveTick what)
    {
        Look();
        if (Now - readAt >= Settings.ReloadInterval) await ReadAsync();
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

    private async Task ReadAsync()
    {
        readAt = Now;
        if (selected is not { } point) return;
        var wanted = new TimeRange(Now - Settings.TrendLength, Now);
        try
        {
            var read = await History.WindowsAsync(point.Id, wanted, WindowLength.Of(Every));
            reminder = (await Reminders.OpenAsync()).FirstOrDefault(r => r.Equipment == key);

            // Another point may have been chosen while this one was read.
            if (selected?.Id != point.Id) return;
            (windows, range, historyFailed) = (read, wanted, false);
        }
        catch (HistoryUnavailableException e)
        {
            // A store that is away is told once a page, not with every attempt.
            if (!historyFailed) PageLog.HistoryAway(Log, point.Id, e.Message);
            historyFailed = true;
        }
        catch (Exception e)
        {
            // The live values stay in view; the next reading is tried at the usual time.
            PageLog.HistoryUnreadable(Log, point.Id, e);
            historyFailed = true;
        }
    }

    private IReadOnlyList<double> LimitsOf(PointId point) =>
        [.. alarms.Where(a => a.Point == point).Select(static a => a.Limit).OfType<double>().Distinct()];

    private static string UrlOf(PointDefinition point) => $"{UrlOf(point.Id.Equipment)}?point={Uri.EscapeDataString(point.Id.Point)}";
}
