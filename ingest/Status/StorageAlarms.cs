using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Plantroom.Ingest.Status;

/// <summary>Watches the state of the store and says when a person has to act on it.</summary>
internal sealed class StorageAlarms : BackgroundService
{
    private const double Megabyte = 1024 * 1024;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly IStorageStatus source;
    private readonly ISystemAlarms alarms;
    private readonly StorageAlarmOptions options;
    private readonly TimeProvider clock;
    private readonly long started;
    private readonly Dictionary<string, SystemAlarm?> told = [];
    private readonly Delayed notKept;
    private readonly Delayed low;
    private readonly Delayed soonFull;
    private readonly Delayed waiting;
    private readonly Delayed refused;
    private long refusedBefore;
    private TimeSpan? refusedAt;

    public StorageAlarms(IStorageStatus source, ISystemAlarms alarms, IOptions<IngestOptions> options, TimeProvider clock)
    {
        (this.source, this.alarms, this.options, this.clock) = (source, alarms, options.Value.Alarms, clock);
        started = clock.GetTimestamp();
        notKept = New();
        low = New();
        soonFull = New();
        waiting = New();
        refused = New();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var timer = new PeriodicTimer(Every, clock);
            do Look();
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is still so is found again after the next start.
        }
    }

    /// <summary>Looks once.</summary>
    internal void Look()
    {
        var status = source.Current;
        var now = clock.GetElapsedTime(started);
        notKept.Look(status.NotKeeping is not null, now);
        Tell(StorageAlarmTexts.NotKept, notKept.IsMet, () => StorageAlarmTexts.OfNotKept());
        LookAtDisk(status, now);
        LookAtDelivery(status, now);
    }

    private Delayed New() => new(options.OnDelay, options.OffDelay);

    /// <summary>Once it is low, or soon full, it must be better by more than a little to be well again.</summary>
    private void LookAtDisk(StorageStatus status, TimeSpan now)
    {
        var free = status.FreeBytes / Megabyte;
        low.Look(free < options.LowFreeMegabytes * (low.Holds ? 1.1 : 1), now);
        var left = status.FullAt - clock.GetUtcNow().UtcDateTime;
        soonFull.Look(left < options.FullWithin * (soonFull.Holds ? 1.2 : 1), now);
        var met = low.Holds || soonFull.Holds ? true : low.IsMet is null || soonFull.IsMet is null ? null : (bool?)false;
        Tell(
            StorageAlarmTexts.DiskFull,
            met,
            () => low.Holds
                ? StorageAlarmTexts.OfLowDisk(Math.Floor(free), options.LowFreeMegabytes)
                : StorageAlarmTexts.OfSoonFull(Math.Max(0, Math.Floor(left?.TotalDays ?? 0)), options.FullWithin.TotalDays));
    }

    private void LookAtDelivery(StorageStatus status, TimeSpan now)
    {
        var age = clock.GetUtcNow().UtcDateTime - status.SpoolSince;
        var tooFull = status.SpoolLimitBytes > 0 && status.SpoolBytes * 100.0 >= status.SpoolLimitBytes * (double)options.MaxSpoolFill;
        waiting.Look(age > options.MaxSpoolAge || tooFull, now);
        Tell(
            StorageAlarmTexts.NotDelivered,
            waiting.IsMet,
            () => StorageAlarmTexts.OfNotDelivered(Math.Floor(age?.TotalMinutes ?? 0), options.MaxSpoolAge.TotalMinutes));

        if (status.Refused > refusedBefore) refusedAt = now;
        refusedBefore = status.Refused;
        refused.Look(now - refusedAt < options.TellRefusals, now);
        Tell(StorageAlarmTexts.Refused, refused.IsMet, () => StorageAlarmTexts.OfRefused(status.Refused));
    }

    /// <summary>Says it when it is not what was said last; the value that an alarm was raised with stays.</summary>
    private void Tell(string rule, bool? met, Func<SystemAlarm> alarm)
    {
        if (met is null) return;
        var known = told.TryGetValue(rule, out var before);
        var next = met.Value ? alarm() : null;
        if (known && (before?.Priority, before?.Title) == (next?.Priority, next?.Title)) return;
        told[rule] = next;
        if (next is null) alarms.Clear(SystemAlarm.Storage, rule);
        else alarms.Set(next);
    }
}
