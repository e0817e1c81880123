using System.Collections.Concurrent;

namespace Plantroom.TestKit.Fakes;

/// <summary>Alarms of the system in memory.</summary>
public sealed class FakeSystemAlarms : ISystemAlarms
{
    private readonly ConcurrentDictionary<string, SystemAlarm> set = new();
    private readonly ConcurrentQueue<(string Rule, SystemAlarm? Alarm)> said = new();

    /// <summary>Those whose condition is met, by rule.</summary>
    public IReadOnlyDictionary<string, SystemAlarm> Active => set;

    /// <summary>Everything that was said, in order; null when it was that a condition is not met.</summary>
    public IReadOnlyCollection<(string Rule, SystemAlarm? Alarm)> Said => said;

    public void Set(SystemAlarm alarm)
    {
        ArgumentNullException.ThrowIfNull(alarm);
        set[alarm.Rule] = alarm;
        said.Enqueue((alarm.Rule, alarm));
    }

    public void Clear(EquipmentId equipment, string rule)
    {
        set.TryRemove(rule, out _);
        said.Enqueue((rule, null));
    }
}
