using System.Text.Json.Serialization;

namespace Plantroom.Alerts.Rules;

/// <summary>What one value says about a condition.</summary>
internal enum Verdict
{
    /// <summary>Within the dead-band: neither raises nor clears.</summary>
    Between,

    /// <summary>The condition is met.</summary>
    Met,

    /// <summary>The condition is not met.</summary>
    NotMet,
}

/// <summary>When a rule is in alarm.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ThresholdCondition), "threshold")]
[JsonDerivedType(typeof(StateCondition), "state")]
[JsonDerivedType(typeof(StaleCondition), "stale")]
internal abstract record Condition;

/// <summary>A condition on the value of a point.</summary>
/// <param name="OnDelay">How long it must be met before the alarm is raised.</param>
/// <param name="OffDelay">How long it must not be met before the alarm returns.</param>
internal abstract record ValueCondition(TimeSpan OnDelay, TimeSpan OffDelay) : Condition
{
    /// <summary>The limit that is told to people; null when there is none.</summary>
    [JsonIgnore]
    public virtual double? Told => null;

    /// <summary>Judges one value.</summary>
    public abstract Verdict Judge(double value);
}

/// <summary>Which side of its limit a threshold watches.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<Side>))]
internal enum Side
{
    /// <summary>At the limit and above it.</summary>
    Above,

    /// <summary>Below the limit.</summary>
    Below,
}

/// <summary>
/// A limit with a dead-band. The limit itself belongs to the upper side: <c>above</c> is met at it, <c>below</c> is not. A high alarm
/// clears at limit - dead-band, a low alarm at limit + dead-band.
/// </summary>
internal sealed record ThresholdCondition(Side Side, double Limit, double Deadband, TimeSpan OnDelay, TimeSpan OffDelay)
    : ValueCondition(OnDelay, OffDelay)
{
    /// <summary>Values such as 1.35 - 0.05 are not exact in binary; a difference this small is none.</summary>
    private const double Tolerance = 1e-9;

    public override double? Told => Limit;

    public override Verdict Judge(double value) => Side switch
    {
        Side.Above when value >= Limit => Verdict.Met,
        Side.Above => value <= Limit - Deadband + Tolerance ? Verdict.NotMet : Verdict.Between,
        _ when value < Limit => Verdict.Met,
        _ => value >= Limit + Deadband - Tolerance ? Verdict.NotMet : Verdict.Between,
    };
}

/// <summary>A switch or an enumeration that has, or has not, a value.</summary>
/// <param name="Value">The value compared with.</param>
/// <param name="Equal">True: met when equal. False: met when not equal.</param>
/// <param name="OnDelay">How long it must be met before the alarm is raised.</param>
/// <param name="OffDelay">How long it must not be met before the alarm returns.</param>
internal sealed record StateCondition(int Value, bool Equal, TimeSpan OnDelay, TimeSpan OffDelay) : ValueCondition(OnDelay, OffDelay)
{
    public override Verdict Judge(double value) => value.Equals(Value) == Equal ? Verdict.Met : Verdict.NotMet;
}

/// <summary>No usable reading for some time: a fixed one, or a number of the point's expected intervals.</summary>
/// <param name="After">How long; null when it follows from <paramref name="Times"/>.</param>
/// <param name="Times">How many expected intervals; null when <paramref name="After"/> says it.</param>
/// <param name="AtLeast">The shortest time that <paramref name="Times"/> may give.</param>
internal sealed record StaleCondition(TimeSpan? After, double? Times, TimeSpan AtLeast) : Condition
{
    /// <summary>The condition with its time worked out for a point; null when the point has no expected interval to work from.</summary>
    public StaleCondition? For(TimeSpan? expectedInterval)
    {
        if (After is not null) return this;
        if (expectedInterval is not { } interval || Times is not { } times) return null;
        var wanted = interval * times;
        return this with { After = wanted > AtLeast ? wanted : AtLeast };
    }
}
