using Plantroom.Yaml;

namespace Plantroom.Alerts.Rules;

/// <summary>Reads the keys of a rule that say when it is in alarm, and those of an override that change it.</summary>
internal static class ConditionReader
{
    private static readonly TimeSpan AtLeast = TimeSpan.FromSeconds(60);

    /// <summary>Reads the condition of a rule.</summary>
    public static Condition Read(string kind, YamlMap map)
    {
        switch (kind)
        {
            case "threshold": return Threshold(map, null);
            case "state": return State(map, null);
            case "stale": return Stale(map, null);
            default:
                if (kind.Length > 0) map.Report("kind", $"must be one of threshold, state, stale, not '{kind}'");
                foreach (var key in map.Keys.ToList()) map.Has(key); // the keys of an unknown kind are not to blame
                return new StateCondition(0, true, TimeSpan.Zero, TimeSpan.Zero);
        }
    }

    /// <summary>Reads an override: what it does not name is as in the rule.</summary>
    public static Condition Override(Condition condition, YamlMap map) => condition switch
    {
        ThresholdCondition threshold => Threshold(map, threshold),
        StateCondition state => State(map, state),
        StaleCondition stale => Stale(map, stale),
        _ => throw new InvalidOperationException($"There is no condition {condition.GetType().Name}."),
    };

    private static ThresholdCondition Threshold(YamlMap map, ThresholdCondition? rule)
    {
        var above = map.Number("above");
        var below = map.Number("below");
        if (above is not null && below is not null) map.Report("below", "a threshold has one limit: above or below, not both");
        if (rule is null && !map.Has("above") && !map.Has("below")) map.Report("kind", "a threshold needs above or below");
        if (rule is not null && (rule.Side is Side.Above ? below : above) is not null)
            map.Report(rule.Side is Side.Above ? "below" : "above", "an override cannot turn the rule to the other side");

        var deadband = map.Number("deadband") ?? rule?.Deadband ?? 0;
        if (deadband < 0) map.Report("deadband", "must be 0 or more");
        return new(
            above is not null || (below is null && rule?.Side is Side.Above) ? Side.Above : Side.Below,
            above ?? below ?? rule?.Limit ?? 0,
            deadband,
            Delay(map, "onDelay", rule?.OnDelay),
            Delay(map, "offDelay", rule?.OffDelay));
    }

    private static StateCondition State(YamlMap map, StateCondition? rule)
    {
        var equals = map.WholeNumber("equals");
        var notEquals = map.WholeNumber("notEquals");
        if (equals is not null && notEquals is not null) map.Report("notEquals", "a state rule has either equals or notEquals, not both");
        if (rule is null && !map.Has("equals") && !map.Has("notEquals")) map.Report("kind", "a state rule needs equals or notEquals");
        return new(
            equals ?? notEquals ?? rule?.Value ?? 0,
            equals is not null || (notEquals is null && rule?.Equal is true),
            Delay(map, "onDelay", rule?.OnDelay),
            Delay(map, "offDelay", rule?.OffDelay));
    }

    private static StaleCondition Stale(YamlMap map, StaleCondition? rule)
    {
        var after = map.Duration("after");
        var times = map.Number("times");
        if (after is not null && times is not null) map.Report("times", "a stale rule has either after or times, not both");
        if (rule is null && !map.Has("after") && !map.Has("times")) map.Report("kind", "a stale rule needs after or times");
        if (after <= TimeSpan.Zero) map.Report("after", "must be more than 0");
        if (times is <= 0 or > 1000) map.Report("times", "must be more than 0 and at most 1000");
        return new(
            after ?? (times is null ? rule?.After : null),
            times ?? (after is null ? rule?.Times : null),
            map.Duration("atLeast") ?? rule?.AtLeast ?? AtLeast);
    }

    private static TimeSpan Delay(YamlMap map, string key, TimeSpan? rule) => map.Duration(key) ?? rule ?? TimeSpan.Zero;
}
