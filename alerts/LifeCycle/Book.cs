using System.Collections.Immutable;
using Plantroom.Alerts.Evaluation;
using Plantroom.Alerts.Rules;

namespace Plantroom.Alerts.LifeCycle;

/// <summary>An alarm that is not normal, and the version of its row.</summary>
internal sealed record Held(Alarm Alarm, int Version);

/// <summary>What a flood warning is to say; see <see cref="Book.Warn"/>.</summary>
/// <param name="Key">Which warning.</param>
/// <param name="Point">The gauge's counter.</param>
/// <param name="Message">Priority and texts of the colour; null for no warning.</param>
/// <param name="Rose">Whether the colour is higher than the last one.</param>
/// <param name="Value">The sum that decided, mm.</param>
/// <param name="Limit">The criterion it reached, mm.</param>
/// <param name="At">When, UTC.</param>
internal sealed record Warning(RuleKey Key, PointId Point, Rain.RainMessage? Message, bool Rose, double Value, double? Limit, DateTime At);

/// <summary>
/// All alarms that are not normal. Immutable: every method answers the book afterwards and adds the transitions to a list, so that
/// nothing has happened until they are stored.
/// </summary>
internal sealed record Book(ImmutableDictionary<RuleKey, Held> Held, long NextId)
{
    public static Book Empty { get; } = new(ImmutableDictionary<RuleKey, Held>.Empty, 1);

    /// <summary>Finds an active alarm by its number.</summary>
    public Alarm? Find(long id) => Held.Values.FirstOrDefault(h => h.Alarm.Id == id)?.Alarm;

    /// <summary>A condition became true or went away.</summary>
    public Book Apply(in Edge edge, List<AlarmChange> changes) =>
        edge.Met ? Raise(New(edge), edge.At, changes) : Return(edge.Rule.Key, edge.At, changes);

    /// <summary>Raises, changes or returns a flood warning.</summary>
    public Book Warn(Warning warning, List<AlarmChange> changes)
    {
        if (warning.Message is not { } message) return Return(warning.Key, warning.At, changes);
        var told = new Alarm
        {
            Id = NextId,
            Rule = warning.Key.Rule,
            Equipment = warning.Key.Equipment,
            Point = warning.Point,
            Priority = message.Priority,
            State = AlarmState.Normal,
            Title = message.Title,
            Action = message.Action,
            Value = warning.Value,
            Limit = warning.Limit,
            RaisedAt = warning.At,
        };
        return Hold(told, warning.Rose, changes);
    }

    /// <summary>Raises, changes or returns an alarm of the system itself; null when its condition is not met.</summary>
    public Book Tell(RuleKey key, SystemAlarm? alarm, DateTime at, List<AlarmChange> changes)
    {
        if (alarm is null) return Current(key) is { InAlarm: true } ? Return(key, at, changes) : this;
        var told = new Alarm
        {
            Id = NextId,
            Rule = key.Rule,
            Equipment = key.Equipment,
            Priority = alarm.Priority,
            State = AlarmState.Normal,
            Title = alarm.Title,
            Action = alarm.Action,
            Value = alarm.Value,
            Limit = alarm.Limit,
            RaisedAt = at,
        };
        return Hold(told, rose: Current(key) is { } current && alarm.Priority < current.Priority, changes);
    }

    /// <summary>A person takes note.</summary>
    public Book Acknowledge(long id, string by, string? note, DateTime at, List<AlarmChange> changes, out TransitionReason? reason)
    {
        reason = null;
        if (Find(id) is not { } alarm) return this;
        var transition = AlarmTransitions.Of(alarm.State, AlarmTrigger.Acknowledge);
        reason = transition.Reason;
        return Take(
            transition,
            alarm with { State = transition.To, AcknowledgedAt = at, AcknowledgedBy = by, Note = note },
            at,
            changes,
            by,
            note);
    }

    /// <summary>Takes over changed rules: what is not bound any more is withdrawn, what is more or less urgent now is changed.</summary>
    public Book Rebind(IReadOnlyDictionary<RuleKey, AlarmPriority?> bound, DateTime at, List<AlarmChange> changes)
    {
        var book = this;
        foreach (var alarm in Held.Values.Select(static h => h.Alarm).OrderBy(static a => a.Id))
        {
            // No file of the site speaks of the system itself.
            if (SystemAlarm.Is(alarm)) continue;
            if (!bound.TryGetValue(RuleKey.Of(alarm), out var priority))
            {
                var transition = AlarmTransitions.Of(alarm.State, AlarmTrigger.Withdraw);
                book = book.Take(transition, alarm with { State = transition.To, ReturnedAt = alarm.ReturnedAt ?? at }, at, changes);
            }
            else if (priority is { } wanted && wanted != alarm.Priority)
            {
                book = book.Change(alarm, alarm with { Priority = wanted }, wanted < alarm.Priority, at, changes);
            }
        }

        return book;
    }

    private Alarm New(in Edge edge) => new()
    {
        Id = NextId,
        Rule = edge.Rule.Rule.Id,
        Equipment = edge.Rule.Equipment,
        Point = edge.Rule.Point,
        Priority = edge.Rule.Priority,
        State = AlarmState.Normal,
        Title = edge.Rule.Rule.Title,
        Action = edge.Rule.Rule.Action,
        Value = edge.Value,
        Limit = (edge.Rule.Condition as ValueCondition)?.Told,
        RaisedAt = edge.At,
    };

    /// <summary>Raises an alarm whose giver says its priority and texts, or changes it to them when it is in alarm.</summary>
    private Book Hold(Alarm told, bool rose, List<AlarmChange> changes)
    {
        if (Current(RuleKey.Of(told)) is not { InAlarm: true } alarm) return Raise(told, told.RaisedAt, changes);
        return alarm.Title == told.Title && alarm.Priority == told.Priority ? this : Change(alarm, told, rose, told.RaisedAt, changes);
    }

    private Book Raise(Alarm occurrence, DateTime at, List<AlarmChange> changes)
    {
        var current = Current(RuleKey.Of(occurrence));
        var transition = AlarmTransitions.Of(current?.State ?? AlarmState.Normal, AlarmTrigger.ConditionMet);
        var raised = current is null
            ? occurrence with { State = transition.To }
            : occurrence with { Id = current.Id, State = transition.To, Count = current.Count + 1 };
        return Take(transition, raised, at, changes);
    }

    private Book Return(RuleKey key, DateTime at, List<AlarmChange> changes)
    {
        if (Current(key) is not { } alarm) return this;
        var transition = AlarmTransitions.Of(alarm.State, AlarmTrigger.ConditionGone);
        return Take(transition, alarm with { State = transition.To, ReturnedAt = at }, at, changes);
    }

    private Book Change(Alarm alarm, Alarm told, bool rose, DateTime at, List<AlarmChange> changes)
    {
        var transition = AlarmTransitions.Of(alarm.State, rose ? AlarmTrigger.SeverityRose : AlarmTrigger.SeverityFell);
        var changed = alarm with
        {
            State = transition.To,
            Priority = told.Priority,
            Title = told.Title,
            Action = told.Action,
            Value = told.Value,
            Limit = told.Limit,
        };
        if (transition.To is AlarmState.Unacknowledged) changed = changed with { AcknowledgedAt = null, AcknowledgedBy = null, Note = null };
        return Take(transition, changed, at, changes);
    }

    private Alarm? Current(RuleKey key) => Held.GetValueOrDefault(key)?.Alarm;

    /// <summary>Records an accepted transition; a rejected one changes nothing.</summary>
    private Book Take(Transition transition, Alarm after, DateTime at, List<AlarmChange> changes, string? by = null, string? note = null)
    {
        if (transition.Event is not { } happened) return this;
        changes.Add(new(after, happened, at, by, note));
        var key = RuleKey.Of(after);
        return new(
            after.State is AlarmState.Normal
                ? Held.Remove(key)
                : Held.SetItem(key, new(after, (Held.GetValueOrDefault(key)?.Version ?? 0) + 1)),
            Math.Max(NextId, after.Id + 1));
    }
}
