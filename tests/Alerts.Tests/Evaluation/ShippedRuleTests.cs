using Plantroom.Alerts.Rules;

namespace Plantroom.Alerts.Tests.Evaluation;

/// <summary>Every rule that ships, by the table <c>cases/shipped.txt</c>: rule | series | edges or nothing.</summary>
public sealed class ShippedRuleTests
{
    private static readonly LoadedRules Loaded = RuleFolder.Load(Repository.Rules);

    private static readonly List<string[]> Rows =
    [
        .. File.ReadAllLines(Path.Combine(Repository.Cases, "shipped.txt"))
            .Where(static l => l.Contains('|', StringComparison.Ordinal) && !l.StartsWith('#'))
            .Select(static l => l.Split('|', StringSplitOptions.TrimEntries)),
    ];

    public static TheoryData<string, string, string> Table
    {
        get
        {
            var data = new TheoryData<string, string, string>();
            foreach (var row in Rows) data.Add(row[0], row[1], row[2]);
            return data;
        }
    }

    [Fact]
    public void ShippedRules_DemonstrationBuilding_FitWithoutProblems()
    {
        Assert.Empty(Loaded.Problems);
        Assert.Empty(Binding.Of(Loaded.Set, Repository.Building).Problems);
        Assert.NotNull(Loaded.Set.Rain);
        Assert.All(Loaded.Set.Rules, static rule => Assert.False(string.IsNullOrEmpty(rule.Source)));
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void ShippedRule_Series_GivesTheExpectedEdges(string rule, string series, string expected)
    {
        var bound = Binding.Of(Loaded.Set, Repository.Building).Rules.Where(b => b.Rule.Id == rule).ToList();
        Assert.NotEmpty(bound);
        var lines = series.Split(';', StringSplitOptions.TrimEntries);
        var equipment = PointId.Intern(lines[0].Split(' ')[0]).Equipment;

        var log = new EngineRun([.. bound.Where(b => b.Equipment == equipment)]).Play(lines).Log;

        Assert.Equal(expected, string.Join(", ", log.Select(l => l.Replace($" {rule} {equipment}", "", StringComparison.Ordinal))));
    }

    [Fact]
    public void Table_EveryShippedRule_HasARaiseAndANearMiss()
    {
        var raised = Rows.Where(static r => r[2].Contains("raised", StringComparison.Ordinal)).Select(static r => r[0]).ToHashSet();
        var missed = Rows.Where(static r => r[2].Length == 0).Select(static r => r[0]).ToHashSet();
        Assert.All(Loaded.Set.Rules, rule => Assert.Contains(rule.Id, raised));
        Assert.All(Loaded.Set.Rules, rule => Assert.Contains(rule.Id, missed));
    }

    [Fact]
    public void ShippedRules_AllClassesOfTheBuilding_HaveAStaleRule()
    {
        var watched = Loaded.Set.Rules.Where(static r => r.Condition is StaleCondition).Select(static r => r.Class);
        Assert.Equal(Repository.Building.Classes.Order(), watched.Order());
    }
}
