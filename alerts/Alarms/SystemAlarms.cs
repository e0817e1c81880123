using Microsoft.Extensions.Hosting;
using Plantroom.Alerts.LifeCycle;
using Plantroom.Alerts.Rules;

namespace Plantroom.Alerts.Alarms;

/// <summary>
/// Takes what modules say of the system itself to the desk. Who says it never waits: of each condition only the last word is kept until
/// the desk has room, so that nothing grows while alarms cannot be stored.
/// </summary>
internal sealed class SystemAlarms(AlarmDesk desk, TimeProvider time) : BackgroundService, ISystemAlarms
{
    private readonly Lock gate = new();
    private readonly Dictionary<RuleKey, SystemItem> waiting = [];
    private readonly Dictionary<RuleKey, SystemAlarm?> said = [];
    private readonly SemaphoreSlim something = new(0, 1);
    private bool passingOn;

    /// <summary>Whether the desk has everything that was said.</summary>
    public bool IsIdle
    {
        get
        {
            lock (gate) return waiting.Count == 0 && !passingOn;
        }
    }

    public void Set(SystemAlarm alarm)
    {
        ArgumentNullException.ThrowIfNull(alarm);
        ArgumentOutOfRangeException.ThrowIfNotEqual(alarm.Equipment.Site, SystemAlarm.Site);
        if (!alarm.Rule.StartsWith(SystemAlarm.RulePrefix, StringComparison.Ordinal))
            throw new ArgumentException($"The rule of a system alarm begins with {SystemAlarm.RulePrefix}.", nameof(alarm));
        Say(new(alarm.Rule, alarm.Equipment), alarm);
    }

    public void Clear(EquipmentId equipment, string rule) => Say(new(rule, equipment), null);

    public override void Dispose()
    {
        base.Dispose();
        something.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await desk.Loaded.WaitAsync(stoppingToken);
            while (true)
            {
                while (TakeAll() is { Count: > 0 } items)
                    foreach (var item in items)
                        await desk.PutAsync(item, stoppingToken);
                await something.WaitAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What was not taken over is said again after the next start, as far as it is still so.
        }
    }

    private void Say(RuleKey key, SystemAlarm? alarm)
    {
        lock (gate)
        {
            if (said.TryGetValue(key, out var before) && before == alarm) return;
            said[key] = alarm;
            waiting[key] = new(key, alarm, time.Now());
            if (something.CurrentCount == 0) something.Release();
        }
    }

    private List<SystemItem> TakeAll()
    {
        lock (gate)
        {
            List<SystemItem> all = [.. waiting.Values];
            waiting.Clear();
            passingOn = all.Count > 0;
            return all;
        }
    }
}

/// <summary>How a condition of the system itself stands.</summary>
internal sealed class SystemItem(RuleKey key, SystemAlarm? alarm, DateTime at) : DeskItem
{
    public override Book Apply(Book book, List<AlarmChange> changes) => book.Tell(key, alarm, at, changes);
}
