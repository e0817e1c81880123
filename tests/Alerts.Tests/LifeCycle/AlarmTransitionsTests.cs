using Plantroom.Alerts.LifeCycle;
using static Plantroom.Alerts.LifeCycle.AlarmTrigger;
using static Plantroom.Alerts.LifeCycle.TransitionReason;
using static Plantroom.AlarmState;

namespace Plantroom.Alerts.Tests.LifeCycle;

public sealed class AlarmTransitionsTests
{
    private static readonly (AlarmState From, AlarmTrigger Trigger, AlarmState To, TransitionReason Reason, AlarmEvent? Event)[] Table =
    [
        (Normal, ConditionMet, Unacknowledged, Raised, AlarmEvent.Raised),
        (Normal, ConditionGone, Normal, NotInAlarm, null),
        (Normal, Acknowledge, Normal, NothingToAcknowledge, null),
        (Normal, SeverityRose, Normal, NotInAlarm, null),
        (Normal, SeverityFell, Normal, NotInAlarm, null),
        (Normal, Withdraw, Normal, NotInAlarm, null),
        (Unacknowledged, ConditionMet, Unacknowledged, AlreadyInAlarm, null),
        (Unacknowledged, ConditionGone, ReturnedUnacknowledged, Returned, AlarmEvent.Returned),
        (Unacknowledged, Acknowledge, AlarmState.Acknowledged, TransitionReason.Acknowledged, AlarmEvent.Acknowledged),
        (Unacknowledged, SeverityRose, Unacknowledged, Worsened, AlarmEvent.Changed),
        (Unacknowledged, SeverityFell, Unacknowledged, Eased, AlarmEvent.Changed),
        (Unacknowledged, Withdraw, Normal, Withdrawn, AlarmEvent.Withdrawn),
        (AlarmState.Acknowledged, ConditionMet, AlarmState.Acknowledged, AlreadyInAlarm, null),
        (AlarmState.Acknowledged, ConditionGone, Normal, Returned, AlarmEvent.Returned),
        (AlarmState.Acknowledged, Acknowledge, AlarmState.Acknowledged, AlreadyAcknowledged, null),
        (AlarmState.Acknowledged, SeverityRose, Unacknowledged, Worsened, AlarmEvent.Changed),
        (AlarmState.Acknowledged, SeverityFell, AlarmState.Acknowledged, Eased, AlarmEvent.Changed),
        (AlarmState.Acknowledged, Withdraw, Normal, Withdrawn, AlarmEvent.Withdrawn),
        (ReturnedUnacknowledged, ConditionMet, Unacknowledged, RaisedAgain, AlarmEvent.RaisedAgain),
        (ReturnedUnacknowledged, ConditionGone, ReturnedUnacknowledged, NotInAlarm, null),
        (ReturnedUnacknowledged, Acknowledge, Normal, TransitionReason.Acknowledged, AlarmEvent.Acknowledged),
        (ReturnedUnacknowledged, SeverityRose, ReturnedUnacknowledged, NotInAlarm, null),
        (ReturnedUnacknowledged, SeverityFell, ReturnedUnacknowledged, NotInAlarm, null),
        (ReturnedUnacknowledged, Withdraw, Normal, Withdrawn, AlarmEvent.Withdrawn),
    ];

    [Fact]
    public void Of_EveryStateAndTrigger_FollowsTheTable()
    {
        Assert.All(Table, static row => Assert.Equal(new Transition(row.To, row.Reason, row.Event), AlarmTransitions.Of(row.From, row.Trigger)));
    }

    [Fact]
    public void Table_EveryStateAndTrigger_IsThereOnce()
    {
        var all = from state in Enum.GetValues<AlarmState>() from trigger in Enum.GetValues<AlarmTrigger>() select (state, trigger);
        Assert.Equal(all, Table.Select(static r => (r.From, r.Trigger)).Order());
    }

    [Fact]
    public void Of_RejectedTrigger_ChangesNothing()
    {
        Assert.All(Table.Where(static r => r.Event is null), static row => Assert.Equal(row.From, row.To));
    }

    [Fact]
    public void Of_UnknownTrigger_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(static () => AlarmTransitions.Of(Normal, (AlarmTrigger)99));
}
