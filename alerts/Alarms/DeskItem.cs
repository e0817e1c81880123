using Plantroom.Alerts.Evaluation;
using Plantroom.Alerts.LifeCycle;
using Plantroom.Alerts.Rules;

namespace Plantroom.Alerts.Alarms;

/// <summary>Something for the desk to do. It may be worked out several times, when a commit fails, before it is done.</summary>
internal abstract class DeskItem
{
    /// <summary>Works out the book afterwards and the transitions that lead there.</summary>
    public abstract Book Apply(Book book, List<AlarmChange> changes);

    /// <summary>Called once the transitions are committed and published.</summary>
    public virtual void Done()
    {
    }

    /// <summary>Called instead of <see cref="Done"/> when the system stops before they could be committed.</summary>
    public virtual void GivenUp()
    {
    }
}

/// <summary>Edges of conditions, in order.</summary>
internal sealed class EdgesItem(IReadOnlyList<Edge> edges) : DeskItem
{
    public override Book Apply(Book book, List<AlarmChange> changes)
    {
        foreach (var edge in edges) book = book.Apply(edge, changes);
        return book;
    }
}

/// <summary>Something that somebody waits for.</summary>
internal abstract class AwaitedItem<T> : DeskItem
{
    private readonly TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Result => done.Task;

    protected abstract T Outcome { get; }

    public override void Done() => done.TrySetResult(Outcome);

    public override void GivenUp() => done.TrySetException(new OperationCanceledException("The system is stopping."));
}

/// <summary>A person takes note of an alarm. The outcome is null when the alarm is not active.</summary>
internal sealed class AcknowledgeItem(long id, string by, string? note, DateTime at) : AwaitedItem<TransitionReason?>
{
    private TransitionReason? reason;

    protected override TransitionReason? Outcome => reason;

    public override Book Apply(Book book, List<AlarmChange> changes) => book.Acknowledge(id, by, note, at, changes, out reason);
}

/// <summary>A flood warning as it is to stand.</summary>
internal sealed class WarningItem(Warning warning) : AwaitedItem<bool>
{
    protected override bool Outcome => true;

    public override Book Apply(Book book, List<AlarmChange> changes) => book.Warn(warning, changes);
}

/// <summary>A changed set of rules at equipment; the priority is null where it is not the rule that says it.</summary>
internal sealed class RebindItem(IReadOnlyDictionary<RuleKey, AlarmPriority?> bound, DateTime at) : AwaitedItem<bool>
{
    protected override bool Outcome => true;

    public override Book Apply(Book book, List<AlarmChange> changes) => book.Rebind(bound, at, changes);
}
