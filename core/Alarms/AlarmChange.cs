using System.Text.Json.Serialization;

namespace Plantroom;

/// <summary>What happened to an alarm. The numbers are stored.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<AlarmEvent>))]
public enum AlarmEvent
{
    /// <summary>The condition became true.</summary>
    Raised = 1,

    /// <summary>The condition became true again before the alarm was acknowledged.</summary>
    RaisedAgain = 2,

    /// <summary>The condition went away.</summary>
    Returned = 3,

    /// <summary>A person acknowledged it.</summary>
    Acknowledged = 4,

    /// <summary>Its priority changed while it was in alarm, for example a higher rain warning.</summary>
    Changed = 5,

    /// <summary>Its rule or equipment is no longer configured, so nothing can return it to normal.</summary>
    Withdrawn = 6,
}

/// <summary>A transition of an alarm, published after it was stored.</summary>
/// <param name="Alarm">The alarm after the transition.</param>
/// <param name="Event">What happened.</param>
/// <param name="At">When, UTC.</param>
/// <param name="By">The person who did it; null for the system.</param>
/// <param name="Note">What the person wrote.</param>
public sealed record AlarmChange(Alarm Alarm, AlarmEvent Event, DateTime At, string? By = null, string? Note = null);
