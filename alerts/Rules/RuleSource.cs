using Microsoft.Extensions.Logging;
using Plantroom.Yaml;

namespace Plantroom.Alerts.Rules;

/// <summary>The rules in force, bound to the site model, and what the last look at the files found.</summary>
/// <param name="Set">The rules.</param>
/// <param name="Bound">The rules at their equipment.</param>
/// <param name="Facility">The site model that they are bound to.</param>
/// <param name="LoadedAt">When this set was taken over, UTC.</param>
/// <param name="Problems">Why the files on disk are not in force; empty when they are.</param>
internal sealed record RulesInForce(
    RuleSet Set, IReadOnlyList<BoundRule> Bound, Facility Facility, DateTime LoadedAt, IReadOnlyList<YamlProblem> Problems)
{
    /// <summary>Every rule at equipment that may have an alarm; with its priority, null for the flood warnings, whose colour says it.</summary>
    public IReadOnlyDictionary<RuleKey, AlarmPriority?> Keys()
    {
        var keys = Bound.ToDictionary(static b => b.Key, static b => (AlarmPriority?)b.Priority);
        if (Set.Rain is not { } rain) return keys;
        foreach (var site in Facility.Sites)
            if (rain.GaugesOf(Facility, site.Id) is [var first, ..])
                keys[new(rain.Rule, first.Id)] = null;
        return keys;
    }
}

/// <summary>
/// Keeps the rules in force up to date with the files and the site model. A valid set of files replaces the one in force as a whole;
/// an invalid one is reported and the one in force stays.
/// </summary>
internal sealed partial class RuleSource(
    SiteFolder folder, IFacilitySource facilities, TimeProvider time, ILogger<RuleSource> log) : IDisposable
{
    private readonly Lock gate = new();
    private volatile RulesInForce current = new(RuleSet.Empty, [], Facility.Empty, default, []);
    private WatchedFolder? watched;

    /// <summary>Raised after the rules in force have changed. Handlers must be quick and not throw.</summary>
    public event Action? Changed;

    /// <summary>The rules in force.</summary>
    public RulesInForce Current => current;

    /// <summary>Loads the rules and follows changes of the files and the site model from then on.</summary>
    public void Start()
    {
        Reload();
        facilities.Changed += ModelChanged;
        if (Directory.Exists(folder.Rules)) watched = new(folder.Rules, RuleFolder.Pattern, time, Reload);
    }

    public void Dispose()
    {
        facilities.Changed -= ModelChanged;
        watched?.Dispose();
    }

    /// <summary>Looks at the files again.</summary>
    internal void Reload()
    {
        lock (gate) Look(facilities.Current);
    }

    private void ModelChanged(Facility model)
    {
        lock (gate)
        {
            if (Look(model)) return;
            var bound = Binding.Of(current.Set, model).Rules; // the set in force, as far as it fits the new model
            current = current with { Bound = bound, Facility = model };
            Changed?.Invoke();
        }
    }

    private bool Look(Facility model)
    {
        var loaded = RuleFolder.Load(folder.Rules);
        var binding = loaded.Problems.Count == 0 ? Binding.Of(loaded.Set, model) : new Binding([], loaded.Problems);
        if (binding.Problems.Count > 0)
        {
            current = current with { Problems = binding.Problems };
            foreach (var problem in binding.Problems) LogProblem(problem);
            LogKept(binding.Problems.Count, current.Set.Rules.Count);
            return false;
        }

        current = new(loaded.Set, binding.Rules, model, time.Now(), []);
        LogTaken(loaded.Set.Rules.Count, binding.Rules.Count);
        Changed?.Invoke();
        return true;
    }

    [LoggerMessage(LogLevel.Information, "{Rules} rules are in force, at equipment {Bound} times")]
    private partial void LogTaken(int rules, int bound);

    [LoggerMessage(LogLevel.Warning, "The rule files have {Problems} problems; the {Rules} rules in force stay")]
    private partial void LogKept(int problems, int rules);

    [LoggerMessage(LogLevel.Warning, "{Problem}")]
    private partial void LogProblem(YamlProblem problem);
}
