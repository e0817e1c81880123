using System.Collections.Immutable;
using Microsoft.AspNetCore.Components.Routing;
using Plantroom.Dashboard.Formatting;
using Plantroom.Dashboard.Language;
using Plantroom.Dashboard.Live;

namespace Plantroom.Dashboard.Shell;

/// <summary>
/// The strip above every page: the worst alarm that waits for somebody, how many there are, how old the data is, the rain, the time at
/// the site. The clock is also the page's heartbeat, see plantroom.js.
/// </summary>
public partial class TopStrip
{
    private static readonly ImmutableArray<AlarmPriority> Priorities =
        [AlarmPriority.Critical, AlarmPriority.High, AlarmPriority.Medium, AlarmPriority.Journal];

    private Alarm? worst;
    private IReadOnlyList<Count> counts = [];
    private IReadOnlyList<Site> clocks = [];
    private RainWarning? rain;
    private DateTime newest;
    private int stale;
    private bool late;

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        Navigation.LocationChanged += OnLocationChanged;
        Look();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Navigation.LocationChanged -= OnLocationChanged;
        base.Dispose(disposing);
    }

    private protected override Task<bool> OnTickAsync(LiveTick what)
    {
        if ((what & (LiveTick.Alarms | LiveTick.Facility | LiveTick.Second)) == 0) return Task.FromResult(false);
        Look();
        return Task.FromResult(true);
    }

    private void Look()
    {
        var alarms = Live.Alarms.Active;
        worst = alarms.Where(static a => a.NeedsAcknowledgement).Order(WaitingOrder.WorstFirst).FirstOrDefault();
        counts = [.. Priorities.Select(p => Count.Of(p, alarms))];
        clocks = [.. Model.Sites.DistinctBy(static s => s.TimeZone.Id)];
        rain = RainWarnings.Current.MaxBy(static r => (r.Colour, r.Sum3h));
        newest = Live.Readings.NewestTime;
        late = newest == default || Now - newest > Settings.DataLateAfter;
        var freshness = Freshness;
        stale = Model.Points.Count(p => freshness.IsStale(p, Live.Readings[p.Id]));
    }

    private string DataAge() =>
        newest == default ? L[Texts.NoDataYet]
        : L.Format(late ? Texts.DataLate : Texts.DataLive, Show.Age(Now - newest, L));

    private string RainSums() =>
        L.Format(Texts.RainSums, Show.Number(rain!.Sum3h, 1, L), Show.Number(rain.Sum6h, 1, L), Show.Number(rain.Sum12h, 1, L));

    private string LanguageUrl()
    {
        var path = new Uri(Navigation.Uri).PathAndQuery;
        return $"language/{L.Other.Tag}?return={Uri.EscapeDataString(path)}";
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e) => _ = InvokeAsync(StateHasChanged);

    /// <summary>The alarms of one priority: how many, how many of them wait for somebody, and the state the badge shows.</summary>
    private sealed record Count(AlarmPriority Priority, int All, int Open, AlarmState State)
    {
        public static Count Of(AlarmPriority priority, ImmutableArray<Alarm> alarms)
        {
            var same = alarms.Where(a => a.Priority == priority).ToList();
            var worst = same.Count == 0 ? AlarmState.Normal : same[0].State;
            return new(priority, same.Count, same.Count(static a => a.NeedsAcknowledgement), worst);
        }
    }

    /// <summary>What still is in alarm goes before what has returned, then the worst.</summary>
    private sealed class WaitingOrder : IComparer<Alarm>
    {
        public static WaitingOrder WorstFirst { get; } = new();

        public int Compare(Alarm? x, Alarm? y) =>
            (y?.InAlarm ?? false).CompareTo(x?.InAlarm ?? false) is var order && order != 0 ? order : AlarmOrder.WorstFirst.Compare(x, y);
    }
}
