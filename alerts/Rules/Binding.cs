using System.Globalization;
using Plantroom.Yaml;

namespace Plantroom.Alerts.Rules;

/// <summary>Rules bound to the equipment of a site model, with what does not fit.</summary>
internal sealed record Binding(IReadOnlyList<BoundRule> Rules, IReadOnlyList<YamlProblem> Problems)
{
    /// <summary>Binds every rule to every piece of equipment of its class. What does not fit is left out and named.</summary>
    public static Binding Of(RuleSet set, Facility facility)
    {
        var bound = new List<BoundRule>();
        var problems = new List<YamlProblem>();
        if (facility.Equipment.Count == 0) return new(bound, problems); // no model: its own loader says why

        foreach (var rule in set.Rules)
        {
            var found = Misfits(rule, facility).Distinct().ToList();
            problems.AddRange(found);
            if (found.Count == 0) bound.AddRange(Bind(rule, facility));
        }

        if (set.Rain is { } rain)
            problems.AddRange(rain.Problems(facility));
        return new(bound, problems);
    }

    private static IEnumerable<BoundRule> Bind(Rule rule, Facility facility)
    {
        foreach (var (equipment, point) in Points(rule, facility))
        {
            var changed = rule.Overrides.GetValueOrDefault(equipment.Id);
            if (changed is { Enabled: false }) continue;
            var condition = changed?.Condition ?? rule.Condition;
            if (condition is StaleCondition stale) condition = stale.For(point.ExpectedInterval)!;
            yield return new(rule, equipment.Id, point.Id, condition, changed?.Priority ?? rule.Priority);
        }
    }

    private static IEnumerable<(Equipment Equipment, PointDefinition Point)> Points(Rule rule, Facility facility) =>
        from equipment in facility.Equipment
        where equipment.Class == rule.Class
        from point in equipment.Points
        where point.Id.Point == rule.Point
        select (equipment, point);

    private static IEnumerable<YamlProblem> Misfits(Rule rule, Facility facility)
    {
        YamlProblem At(int line, string message) => new(rule.File, line, $"{rule.Id}: {message}");

        if (!facility.Classes.Contains(rule.Class))
            yield return At(rule.Line, $"class: the site model has no class '{rule.Class}'");
        if (facility.Equipment.Any(e => e.Class == rule.Class && e.Points.All(p => p.Id.Point != rule.Point)))
            yield return At(rule.Line, $"point: the class {rule.Class} has no point '{rule.Point}'");

        foreach (var (id, changed) in rule.Overrides)
        {
            var equipment = facility.Find(id);
            if (equipment is null) yield return At(changed.Line, $"overrides: the site model has no equipment {id}");
            else if (equipment.Class != rule.Class) yield return At(changed.Line, $"overrides: {id} is not of the class {rule.Class}");
        }

        foreach (var (equipment, point) in Points(rule, facility))
        {
            var changed = rule.Overrides.GetValueOrDefault(equipment.Id);
            if (Misfit(changed?.Condition ?? rule.Condition, point) is { } misfit) yield return At(changed?.Line ?? rule.Line, misfit);
        }
    }

    /// <summary>Why a condition makes no sense at a point; null when it does. Names the class's point, not each of a hundred pumps.</summary>
    private static string? Misfit(Condition condition, PointDefinition point)
    {
        var name = point.Id.Point;
        switch (condition)
        {
            case ThresholdCondition when point.Kind is PointKind.Switch or PointKind.Enumeration:
                return $"kind: {name} is a switch or an enumeration; use a state rule";
            case ThresholdCondition threshold when threshold.Limit < point.Min || threshold.Limit > point.Max:
                return Say($"the limit {threshold.Limit} lies outside the range of {name}, {point.Min} to {point.Max}");
            case ThresholdCondition threshold when point.Max - point.Min < threshold.Deadband:
                return Say($"the deadband {threshold.Deadband} is wider than the range of {name}");
            case StateCondition when point.Kind is not (PointKind.Switch or PointKind.Enumeration):
                return $"kind: {name} is neither a switch nor an enumeration; use a threshold";
            case StateCondition state when point.Labels.Count > 0 && !point.Labels.ContainsKey(state.Value):
                return Say($"{name} never has the value {state.Value}; it has {string.Join(", ", point.Labels.Keys.Order())}");
            case StaleCondition stale when stale.For(point.ExpectedInterval) is null:
                return $"times: {name} has no expected interval; use after";
            default:
                return null;
        }
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
