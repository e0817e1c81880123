using Plantroom.Alerts.Rain;
using Plantroom.Yaml;

namespace Plantroom.Alerts.Rules;

/// <summary>What reading the rules folder gave: a set to use when there are no problems.</summary>
internal sealed record LoadedRules(RuleSet Set, IReadOnlyList<YamlProblem> Problems);

/// <summary>Reads all files of the rules folder.</summary>
internal static class RuleFolder
{
    public const string Pattern = "*.yaml";

    public static LoadedRules Load(string folder)
    {
        if (!Directory.Exists(folder)) return new(RuleSet.Empty, [new(folder, 0, "the folder of the rules does not exist")]);
        var problems = new List<YamlProblem>();
        var rules = new List<Rule>();
        RainTable? rain = null;
        foreach (var path in Directory.EnumerateFiles(folder, Pattern).Order(StringComparer.Ordinal))
        {
            var file = YamlFile.Load(path);
            if (file.Problems.Count == 0)
            {
                rules.AddRange(RuleReader.Read(file));
                var table = RainReader.Read(file);
                if (table is not null && rain is not null) file.Root.Report("rain", "there is another rain table in another file");
                rain ??= table;
                file.Root.Close();
            }

            problems.AddRange(file.Problems);
        }

        problems.AddRange(Duplicates(rules, rain));
        return new(new(rules, rain), problems);
    }

    private static IEnumerable<YamlProblem> Duplicates(IReadOnlyList<Rule> rules, RainTable? rain)
    {
        var seen = new Dictionary<string, Rule>(StringComparer.Ordinal);
        foreach (var rule in rules.Where(static r => r.Id.Length > 0))
        {
            if (rule.Id == rain?.Rule) yield return new(rule.File, rule.Line, $"id: {rule.Id} is the rule of the rain table");
            if (seen.TryAdd(rule.Id, rule)) continue;
            var first = seen[rule.Id];
            yield return new(rule.File, rule.Line, $"id: {rule.Id} is used twice, first in {Path.GetFileName(first.File)}:{first.Line}");
        }
    }
}
