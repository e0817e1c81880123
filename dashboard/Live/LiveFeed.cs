using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Plantroom.Dashboard.Live;

/// <summary>Fills the live view from the two buses and from what was stored before it began.</summary>
/// <remarks>
/// <code>
/// bus of readings --DropOldest--> newest per point --+
/// history, once ----------------> (never newer) -----+--> LiveView --at most each 100 ms--> pages
/// bus of alarms ----DropOldest--> active alarms -----+
///                                     +--> followers (hub clients)
/// </code>
/// </remarks>
internal sealed partial class LiveFeed : BackgroundService
{
    private readonly LiveView view;
    private readonly IAlarms alarms;
    private readonly IHistory history;
    private readonly IFacilitySource facility;
    private readonly TimeProvider time;
    private readonly ILogger<LiveFeed> log;
    private readonly IBusSubscription<ReadingBatch> readings;
    private readonly IBusSubscription<AlarmChange> changes;
    private readonly DashboardOptions options;
    private readonly Meter meter;
    private volatile TaskCompletionSource modelChanged = NewSignal();

    // The subscriptions begin here, before any other module has started to publish: subscribe, then snapshot, then tail.
    public LiveFeed(
        LiveView view,
        IBus<ReadingBatch> readings,
        IBus<AlarmChange> changes,
        IAlarms alarms,
        IHistory history,
        IFacilitySource facility,
        IOptions<DashboardOptions> options,
        IMeterFactory meters,
        TimeProvider time,
        ILogger<LiveFeed> log)
    {
        (this.view, this.alarms, this.history, this.facility, this.time, this.log) = (view, alarms, history, facility, time, log);
        this.options = options.Value;
        this.readings = readings.Subscribe("dashboard", this.options.ReadingsQueue, WhenFull.DropOldest);
        this.changes = changes.Subscribe("dashboard", this.options.AlarmsQueue, WhenFull.DropOldest);
        meter = meters.Create("Plantroom.Dashboard");
        meter.CreateObservableCounter(
            "plantroom.dashboard.dropped",
            () => new[] { Dropped("readings", this.readings.Dropped), Dropped("alarms", this.changes.Dropped) },
            "{message}",
            "Messages that the live view did not take in time; it shows the newer ones.");
        meter.CreateObservableGauge("plantroom.dashboard.watchers", () => view.Watchers, "{component}", "Live parts of open pages.");
    }

    public override void Dispose()
    {
        readings.Dispose();
        changes.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        facility.Changed += OnModelChanged;
        try
        {
            await Task.WhenAll(PrimeAsync(stoppingToken), FollowReadingsAsync(stoppingToken), FollowAlarmsAsync(stoppingToken));
        }
        finally
        {
            facility.Changed -= OnModelChanged;
        }
    }

    /// <summary>Fills in what was stored. Live readings do not wait for it: whatever is older never replaces what is newer.</summary>
    private async Task PrimeAsync(CancellationToken stopping)
    {
        while (true)
        {
            var changed = modelChanged.Task;
            if (await TryPrimeAsync(stopping)) await changed.WaitAsync(stopping);
            else await Task.Delay(options.ReloadInterval, time, stopping);
            if (changed.IsCompleted) modelChanged = NewSignal();
        }
    }

    private async Task<bool> TryPrimeAsync(CancellationToken stopping)
    {
        try
        {
            var stored = await history.LastAsync([.. facility.Current.Points.Select(static p => p.Id)], stopping);
            if (view.Readings.Take(stored.ToArray(), stored: true)) view.Touch(LiveTick.Readings);
            LogPrimed(stored.Count);
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The store may be another server and away. Screens live without it; the alarms must not stop because of it.
            LogPrimeFailed(e, options.ReloadInterval);
            return false;
        }
    }

    private async Task FollowReadingsAsync(CancellationToken stopping)
    {
        while (await readings.WaitAsync(stopping))
        {
            var changed = false;
            while (readings.TryTake() is { } batch) changed |= view.Readings.Take(batch.Readings);
            if (changed) view.Touch(LiveTick.Readings);
        }
    }

    private async Task FollowAlarmsAsync(CancellationToken stopping)
    {
        view.Alarms.Reset(alarms.Active);
        view.Touch(LiveTick.Alarms);
        var missed = changes.Dropped;
        while (await changes.WaitAsync(stopping))
        {
            while (changes.TryTake() is { } change) view.Alarms.Apply(change);
            if (changes.Dropped is var dropped && dropped != missed)
            {
                LogAlarmsDropped(dropped - missed);
                missed = dropped;
                view.Alarms.Reset(alarms.Active);
            }

            view.Touch(LiveTick.Alarms);
        }
    }

    private void OnModelChanged(Facility model)
    {
        modelChanged.TrySetResult();
        view.Touch(LiveTick.Facility);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static Measurement<long> Dropped(string queue, long count) =>
        new(count, new KeyValuePair<string, object?>("queue", queue), new KeyValuePair<string, object?>("reason", "queue_full"));

    [LoggerMessage(Level = LogLevel.Information, Message = "The live view starts with {Count} stored values")]
    private partial void LogPrimed(int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The stored values could not be read; trying again in {Delay}")]
    private partial void LogPrimeFailed(Exception exception, TimeSpan delay);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} changes of alarms were dropped; the list of active alarms is read again")]
    private partial void LogAlarmsDropped(long count);
}
