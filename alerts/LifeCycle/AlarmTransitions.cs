namespace Plantroom.Alerts.LifeCycle;

/// <summary>What can happen to an alarm.</summary>
internal enum AlarmTrigger
{
    /// <summary>The condition became true, its delay has passed.</summary>
    ConditionMet,

    /// <summary>The condition went away, its delay has passed.</summary>
    ConditionGone,

    /// <summary>A person takes note.</summary>
    Acknowledge,

    /// <summary>It became more serious.</summary>
    SeverityRose,

    /// <summary>It became less serious.</summary>
    SeverityFell,

    /// <summary>Its rule or equipment is no longer configured.</summary>
    Withdraw,
}

/// <summary>Why a trigger led where it led.</summary>
internal enum TransitionReason
{
    /// <summary>A new occurrence begins.</summary>
    Raised,

    /// <summary>The same occurrence is in alarm again.</summary>
    RaisedAgain,

    /// <summary>Back to normal; whether acknowledged before is told by the state.</summary>
    Returned,

    /// <summary>A person took note.</summary>
    Acknowledged,

    /// <summary>More serious, so somebody has to take note again.</summary>
    Worsened,

    /// <summary>Less serious; nobody has to do anything again.</summary>
    Eased,

    /// <summary>Nothing can return it to normal any more.</summary>
    Withdrawn,

    /// <summary>Rejected: it is in alarm already.</summary>
    AlreadyInAlarm,

    /// <summary>Rejected: it is not in alarm.</summary>
    NotInAlarm,

    /// <summary>Rejected: somebody took note before.</summary>
    AlreadyAcknowledged,

    /// <summary>Rejected: there is nothing to take note of.</summary>
    NothingToAcknowledge,
}

/// <summary>Where a trigger leads.</summary>
/// <param name="To">The state afterwards; unchanged when rejected.</param>
/// <param name="Reason">Why.</param>
/// <param name="Event">What is recorded and published; null when the trigger was rejected.</param>
internal readonly record struct Transition(AlarmState To, TransitionReason Reason, AlarmEvent? Event)
{
    /// <summary>Whether the trigger was taken.</summary>
    public bool Accepted => Event is not null;
}

/// <summary>
/// The life cycle of an alarm (ISA-18.2, states A to D). Everything that is not in the table is rejected with a reason.
/// </summary>
/// <remarks>
/// <code>
///            met                    acknowledge
/// A Normal ───────► B Unacknowledged ─────────► C Acknowledged ──┐
///    ▲  ▲             │ ▲        ▲                    │          │ gone
///    │  │        gone │ │ met    └────────────────────┘          │
///    │  │             ▼ │          severity rose                 │
///    │  └── D Returned, unacknowledged                           │
///    │ acknowledge                                               │
///    └───────────────────────────────────────────────────────────┘
/// </code>
/// </remarks>
internal static class AlarmTransitions
{
    /// <summary>Looks a trigger up.</summary>
    public static Transition Of(AlarmState state, AlarmTrigger trigger) => (state, trigger) switch
    {
        // A: a new occurrence begins; nothing else has a meaning, because a normal alarm is history.
        (AlarmState.Normal, AlarmTrigger.ConditionMet) => To(AlarmState.Unacknowledged, TransitionReason.Raised, AlarmEvent.Raised),
        (AlarmState.Normal, AlarmTrigger.ConditionGone) => Rejected(state, TransitionReason.NotInAlarm),
        (AlarmState.Normal, AlarmTrigger.Acknowledge) => Rejected(state, TransitionReason.NothingToAcknowledge),
        (AlarmState.Normal, AlarmTrigger.SeverityRose) => Rejected(state, TransitionReason.NotInAlarm),
        (AlarmState.Normal, AlarmTrigger.SeverityFell) => Rejected(state, TransitionReason.NotInAlarm),
        (AlarmState.Normal, AlarmTrigger.Withdraw) => Rejected(state, TransitionReason.NotInAlarm),

        // B: true again while true is the same occurrence, told twice after a restart. Gone before anybody took note: must still be seen.
        (AlarmState.Unacknowledged, AlarmTrigger.ConditionMet) => Rejected(state, TransitionReason.AlreadyInAlarm),
        (AlarmState.Unacknowledged, AlarmTrigger.ConditionGone) =>
            To(AlarmState.ReturnedUnacknowledged, TransitionReason.Returned, AlarmEvent.Returned),
        (AlarmState.Unacknowledged, AlarmTrigger.Acknowledge) =>
            To(AlarmState.Acknowledged, TransitionReason.Acknowledged, AlarmEvent.Acknowledged),
        (AlarmState.Unacknowledged, AlarmTrigger.SeverityRose) => To(state, TransitionReason.Worsened, AlarmEvent.Changed),
        (AlarmState.Unacknowledged, AlarmTrigger.SeverityFell) => To(state, TransitionReason.Eased, AlarmEvent.Changed),
        (AlarmState.Unacknowledged, AlarmTrigger.Withdraw) => To(AlarmState.Normal, TransitionReason.Withdrawn, AlarmEvent.Withdrawn),

        // C: somebody knows. Going away ends it; getting worse is something they do not know yet, getting better is not.
        (AlarmState.Acknowledged, AlarmTrigger.ConditionMet) => Rejected(state, TransitionReason.AlreadyInAlarm),
        (AlarmState.Acknowledged, AlarmTrigger.ConditionGone) => To(AlarmState.Normal, TransitionReason.Returned, AlarmEvent.Returned),
        (AlarmState.Acknowledged, AlarmTrigger.Acknowledge) => Rejected(state, TransitionReason.AlreadyAcknowledged),
        (AlarmState.Acknowledged, AlarmTrigger.SeverityRose) =>
            To(AlarmState.Unacknowledged, TransitionReason.Worsened, AlarmEvent.Changed),
        (AlarmState.Acknowledged, AlarmTrigger.SeverityFell) => To(state, TransitionReason.Eased, AlarmEvent.Changed),
        (AlarmState.Acknowledged, AlarmTrigger.Withdraw) => To(AlarmState.Normal, TransitionReason.Withdrawn, AlarmEvent.Withdrawn),

        // D: gone, not yet seen by anybody. True again: the same occurrence, counted. Seen: ended. Severity belongs to a condition that is true.
        (AlarmState.ReturnedUnacknowledged, AlarmTrigger.ConditionMet) =>
            To(AlarmState.Unacknowledged, TransitionReason.RaisedAgain, AlarmEvent.RaisedAgain),
        (AlarmState.ReturnedUnacknowledged, AlarmTrigger.ConditionGone) => Rejected(state, TransitionReason.NotInAlarm),
        (AlarmState.ReturnedUnacknowledged, AlarmTrigger.Acknowledge) =>
            To(AlarmState.Normal, TransitionReason.Acknowledged, AlarmEvent.Acknowledged),
        (AlarmState.ReturnedUnacknowledged, AlarmTrigger.SeverityRose) => Rejected(state, TransitionReason.NotInAlarm),
        (AlarmState.ReturnedUnacknowledged, AlarmTrigger.SeverityFell) => Rejected(state, TransitionReason.NotInAlarm),
        (AlarmState.ReturnedUnacknowledged, AlarmTrigger.Withdraw) =>
            To(AlarmState.Normal, TransitionReason.Withdrawn, AlarmEvent.Withdrawn),

        _ => throw new ArgumentOutOfRangeException(nameof(state), (state, trigger), "There is no such state or trigger."),
    };

    private static Transition To(AlarmState to, TransitionReason reason, AlarmEvent happened) => new(to, reason, happened);

    private static Transition Rejected(AlarmState state, TransitionReason reason) => new(state, reason, null);
}
