namespace Plantroom.TestKit.Fakes;

/// <summary>Alarms in memory that behave as the port promises: a change is recorded, then published on the bus.</summary>
public sealed class FakeAlarms(IBus<AlarmChange> bus, TimeProvider time) : IAlarms
{
    private readonly Lock gate = new();
    private readonly Dictionary<long, Alarm> active = [];

    /// <summary>Every acknowledgement that was asked for.</summary>
    public List<(long Id, string By, string? Note)> Acknowledgements { get; } = [];

    /// <summary>Thrown by the next acknowledgement, as a store that is away would.</summary>
    public Exception? Failure { get; set; }

    public IReadOnlyList<Alarm> Active
    {
        get
        {
            lock (gate) return [.. active.Values.OrderBy(static a => a.Priority).ThenByDescending(static a => a.RaisedAt)];
        }
    }

    /// <summary>Records alarms without publishing them, as those that were there before the start.</summary>
    public void Preset(params IEnumerable<Alarm> alarms)
    {
        lock (gate)
            foreach (var alarm in alarms)
                active[alarm.Id] = alarm;
    }

    /// <summary>Records a change and publishes it.</summary>
    public async Task PublishAsync(Alarm alarm, AlarmEvent what)
    {
        lock (gate)
        {
            if (alarm.State is AlarmState.Normal) active.Remove(alarm.Id);
            else active[alarm.Id] = alarm;
        }

        await bus.PublishAsync(new(alarm, what, time.GetUtcNow().UtcDateTime, alarm.AcknowledgedBy, alarm.Note));
    }

    public async ValueTask<AcknowledgeOutcome> AcknowledgeAsync(
        long id, string by, string? note, CancellationToken cancellationToken = default)
    {
        if (Failure is { } failure) throw failure;
        Alarm? alarm;
        lock (gate)
        {
            Acknowledgements.Add((id, by, note));
            if (!active.TryGetValue(id, out alarm)) return AcknowledgeOutcome.NotFound;
        }

        if (!alarm.NeedsAcknowledgement) return AcknowledgeOutcome.AlreadyAcknowledged;
        var acknowledged = alarm with
        {
            State = alarm.InAlarm ? AlarmState.Acknowledged : AlarmState.Normal,
            AcknowledgedAt = time.GetUtcNow().UtcDateTime,
            AcknowledgedBy = by,
            Note = note,
        };
        await PublishAsync(acknowledged, AlarmEvent.Acknowledged);
        return AcknowledgeOutcome.Acknowledged;
    }
}
