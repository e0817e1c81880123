using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using Plantroom.Dashboard.Language;

namespace Plantroom.Dashboard.Live;

/// <summary>
/// A part of a page that follows the live view while a browser shows it. Ticks that come while it is busy are merged, so a slow
/// connection sees fewer updates, never old ones.
/// </summary>
public abstract class LiveComponent : ComponentBase, IDisposable
{
    private IDisposable? watching;
    private int waiting;

    [Inject]
    private protected LiveView Live { get; set; } = null!;

    [Inject]
    private protected IFacilitySource FacilitySource { get; set; } = null!;

    [Inject]
    private protected TimeProvider Time { get; set; } = null!;

    [Inject]
    private protected IOptions<DashboardOptions> DashboardSettings { get; set; } = null!;

    [CascadingParameter]
    private protected UiLanguage L { get; set; } = UiLanguage.English;

    private protected DashboardOptions Settings => DashboardSettings.Value;

    private protected Facility Model => FacilitySource.Current;

    private protected DateTime Now => Time.GetUtcNow().UtcDateTime;

    private protected Freshness Freshness => new(Settings, Now);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends the following; called when the page is left or the browser has gone.</summary>
    protected virtual void Dispose(bool disposing)
    {
        watching?.Dispose();
        watching = null;
    }

    /// <inheritdoc/>
    /// <remarks>Begins to follow. Not called while prerendering, so a page that nobody opened for good is not followed.</remarks>
    protected override void OnAfterRender(bool firstRender)
    {
        if (!firstRender) return;
        watching = Live.Watch(OnTick);
        OnTick(LiveTick.Readings | LiveTick.Alarms);
    }

    /// <summary>What a tick means for this part; answers whether it is to be drawn again.</summary>
    private protected virtual Task<bool> OnTickAsync(LiveTick what) => Task.FromResult(true);

    /// <summary>The time zone of a site; what is of the system itself is told in that of the first site.</summary>
    private protected TimeZoneInfo ZoneOf(string site) =>
        site == SystemAlarm.Site && Model.Sites is [var first, ..] ? first.TimeZone : Model.FindSite(site)?.TimeZone ?? TimeZoneInfo.Utc;

    private protected string NameOf(EquipmentId id) =>
        Model.Find(id) is { } known ? L[known.Name]
        : id == SystemAlarm.Storage ? L[Texts.Storage]
        : id.ToString();

    private static string Segment(string text) => Uri.EscapeDataString(text);

    /// <summary>The address of the page of a piece of equipment; the store of readings has a page of its own.</summary>
    private protected static string UrlOf(EquipmentId id) =>
        id == SystemAlarm.Storage ? "storage" : $"equipment/{Segment(id.Site)}/{Segment(id.Equipment)}";

    private void OnTick(LiveTick what)
    {
        if (Interlocked.Or(ref waiting, (int)what) == 0) _ = InvokeAsync(TakeTickAsync);
    }

    private async Task TakeTickAsync()
    {
        try
        {
            var what = (LiveTick)Interlocked.Exchange(ref waiting, 0);
            if (watching is not null && await OnTickAsync(what)) StateHasChanged();
        }
        catch (Exception e)
        {
            await DispatchExceptionAsync(e);
        }
    }
}
