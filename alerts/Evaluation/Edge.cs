using Plantroom.Alerts.Rules;

namespace Plantroom.Alerts.Evaluation;

/// <summary>A condition became true or false.</summary>
/// <param name="Rule">Which rule at which equipment.</param>
/// <param name="Met">True: became true. False: went away.</param>
/// <param name="At">When, UTC, in event time: the reading's time plus the delay.</param>
/// <param name="Value">The value that made it true; null when it was not a value.</param>
internal readonly record struct Edge(BoundRule Rule, bool Met, DateTime At, double? Value);

/// <summary>What is known of a rule at an equipment from before the engine started.</summary>
/// <param name="InAlarm">Whether its alarm is active.</param>
/// <param name="ReturnedAt">When its last alarm returned to normal, UTC; null when there was none.</param>
internal readonly record struct Remembered(bool InAlarm, DateTime? ReturnedAt);
