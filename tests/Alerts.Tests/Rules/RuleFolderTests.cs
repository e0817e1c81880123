using System.Text.Json.Nodes;
using Plantroom.Alerts.Rules;
using Plantroom.TestKit;
using Plantroom.TestKit.Fakes;

namespace Plantroom.Alerts.Tests.Rules;

public sealed class RuleFolderTests : IDisposable
{
    private const string Texts = "priority: high, title: { zh: a, en: a }, action: { zh: a, en: a }";
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>One rule on line 2, and what is said about it.</summary>
    [Theory]
    [InlineData("id: R, class: sump, point: level, kind: threshold, above: 1, " + Texts, "")]
    [InlineData("id: R, class: sump, point: level, kind: threshold, above: 1, priority: high, title: { zh: a, en: a }", "action: is missing")]
    [InlineData("id: R, class: sump, point: level, kind: threshold, above: 1, priority: high, title: { zh: a }, action: { zh: a, en: a }", "en is missing")]
    [InlineData("id: R, class: sump, point: level, kind: threshold, above: 1, title: { zh: a, en: a }, action: { zh: a, en: a }", "priority: is missing")]
    [InlineData("class: sump, point: level, kind: threshold, above: 1, " + Texts, "id is missing")]
    [InlineData("id: a/b, class: sump, point: level, kind: threshold, above: 1, " + Texts, "id: must be")]
    [InlineData("id: R, class: swamp, point: level, kind: threshold, above: 1, " + Texts, "no class 'swamp'")]
    [InlineData("id: R, class: sump, point: depth, kind: threshold, above: 1, " + Texts, "has no point 'depth'")]
    [InlineData("id: R, class: sump, point: level, kind: threshold, above: 1, deadband: -1, " + Texts, "deadband: must be 0 or more")]
    [InlineData("id: R, class: sump, point: level, kind: threshold, above: 1, deadband: 4, " + Texts, "wider than the range")]
    [InlineData("id: R, class: sump, point: level, kind: threshold, above: 3.1, " + Texts, "outside the range of level, 0 to 3")]
    [InlineData("id: R, class: sump, point: level, kind: threshold, above: 1, below: 0, " + Texts, "not both")]
    [InlineData("id: R, class: sump, point: level, kind: threshold, " + Texts, "needs above or below")]
    [InlineData("id: R, class: sump, point: level, kind: threshold, above: 1, onDelay: soon, " + Texts, "onDelay: must be a duration")]
    [InlineData("id: R, class: sump, point: level, kind: threshold, above: 1, delay: 1s, " + Texts, "delay is not known here")]
    [InlineData("id: R, class: sump, point: level, kind: guess, above: 1, " + Texts, "must be one of threshold, state, stale")]
    [InlineData("id: R, class: sump, point: level, kind: state, equals: 1, " + Texts, "neither a switch nor an enumeration")]
    [InlineData("id: R, class: sump, point: highFloat, kind: threshold, above: 1, " + Texts, "use a state rule")]
    [InlineData("id: R, class: drain_pump, point: mode, kind: state, equals: 7, " + Texts, "never has the value 7; it has 0, 1, 2")]
    [InlineData("id: R, class: drain_pump, point: mode, kind: state, equals: 1, notEquals: 0, " + Texts, "not both")]
    [InlineData("id: R, class: sump, point: level, kind: stale, " + Texts, "needs after or times")]
    [InlineData("id: R, class: sump, point: level, kind: stale, times: 0, " + Texts, "times: must be more than 0")]
    [InlineData("id: R, class: sump, point: level, kind: threshold, above: 1, " + Texts + ", overrides: { hq/SP-9: { above: 1 } }", "no equipment hq/SP-9")]
    [InlineData("id: R, class: sump, point: level, kind: threshold, above: 1, " + Texts + ", overrides: { hq/P-101: { above: 1 } }", "is not of the class sump")]
    [InlineData("id: R, class: sump, point: level, kind: threshold, above: 1, " + Texts + ", overrides: { SP-1: { above: 1 } }", "site/equipment")]
    [InlineData("id: R, class: sump, point: level, kind: threshold, above: 1, " + Texts + ", overrides: { hq/SP-1: { above: 9 } }", "outside the range")]
    [InlineData("id: R, class: sump, point: level, kind: threshold, above: 1, " + Texts + ", overrides: { hq/SP-1: { below: 1 } }", "other side")]
    [InlineData("id: R, class: sump, point: level, kind: threshold, above: 1, " + Texts + ", overrides: { hq/SP-1: { enabeld: false } }", "enabeld is not known")]
    public void Load_Rule_SaysWhatIsWrongAndWhere(string rule, string expected)
    {
        var problems = Problems("rules:\n  - { " + rule + " }\n");

        if (expected.Length == 0)
        {
            Assert.Empty(problems);
            return;
        }

        Assert.Contains(expected, Assert.Single(problems), StringComparison.Ordinal);
        Assert.StartsWith("rules.yaml:2: ", problems[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Load_SeveralMistakes_AreAllToldAtOnce()
    {
        var problems = Problems("rules:\n  - { id: A, class: sump }\n  - { id: B, point: x }\nruels: 1\n");
        Assert.True(problems.Count > 5);
        Assert.Contains(problems, static p => p.StartsWith("rules.yaml:4: ruels", StringComparison.Ordinal));
    }

    [Fact]
    public void Load_SameIdInTwoFiles_NamesTheFirst()
    {
        const string Rule = "rules:\n  - { id: R, class: sump, point: level, kind: threshold, above: 1, " + Texts + " }\n";
        File.WriteAllText(folder.File("a.yaml"), Rule);
        Assert.Contains("used twice, first in a.yaml:2", Assert.Single(Problems(Rule)), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_DocumentedSample_HasEveryKindAndOverride()
    {
        File.Copy(Path.Combine(Repository.Root, "docs", "formats", "samples", "rules.yaml"), folder.File("rules.yaml"));
        var loaded = RuleFolder.Load(folder.Path);
        var binding = Binding.Of(loaded.Set, Repository.Building);

        Assert.Empty(loaded.Problems);
        Assert.Empty(binding.Problems);
        Assert.Equal(["FL-01 hq/SP-1", "FL-01 hq/SP-2", "GW-02 hq/SP-1", "GW-02 hq/SP-2", "PU-17 hq/P-101", "PU-17 hq/P-102", "PU-17 hq/P-201"],
            binding.Rules.Select(static b => b.Key.ToString()).Order(StringComparer.Ordinal));
        var changed = binding.Rules.Single(static b => b.Key.ToString() == "FL-01 hq/SP-2");
        Assert.Equal(new ThresholdCondition(Side.Above, 1.2, 0.1, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(90)), changed.Condition);
        Assert.Equal(AlarmPriority.Critical, changed.Priority);
        Assert.Equal(
            [TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(5)],
            binding.Rules.Select(static b => b.Condition).OfType<StaleCondition>().Select(static c => c.After!.Value));
    }

    [Theory]
    [MemberData(nameof(SchemaKeys))]
    public void Schema_Keys_AreThoseThatTheReaderKnows(string place, string[] keys)
    {
        var text = place is "rule" ? "rules:\n  - { nonsense: 1, kind: KIND }\n" : "rain: { nonsense: 1 }\n";
        var kinds = place is "rule" ? (string[])["threshold", "state", "stale"] : [""];
        var known = kinds.SelectMany(kind =>
            Problems(text.Replace("KIND", kind, StringComparison.Ordinal)).Single(static p => p.Contains("nonsense is not known", StringComparison.Ordinal))
                .Split("known are ")[1].Split(", "));

        Assert.Equal(keys.Order(), known.Distinct().Order());
    }

    public static TheoryData<string, string[]> SchemaKeys()
    {
        var schema = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "docs", "formats", "rules.schema.json")))!["$defs"]!;
        var data = new TheoryData<string, string[]>();
        foreach (var place in (string[])["rule", "rain"])
            data.Add(place, [.. schema[place]!["properties"]!.AsObject().Select(static p => p.Key)]);
        return data;
    }

    [Fact]
    public void Load_NoFolder_SaysSo() =>
        Assert.Contains("does not exist", Assert.Single(RuleFolder.Load(folder.File("none")).Problems).Message, StringComparison.Ordinal);

    [Fact]
    public void Bind_StaleRuleAtAPointWithoutInterval_AsksForAfter()
    {
        var sump = Repository.Building.Find(new EquipmentId("hq", "SP-1"))!;
        var model = new Facility([], [sump with { Points = [.. sump.Points.Select(static p => p with { ExpectedInterval = null })] }]);
        File.WriteAllText(folder.File("rules.yaml"), "rules:\n  - { id: R, class: sump, point: level, kind: stale, times: 3, " + Texts + " }\n");

        Assert.Contains("use after", Assert.Single(Binding.Of(RuleFolder.Load(folder.Path).Set, model).Problems).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hold: 60min", "", "hold: is missing")]
    [InlineData("region: national", "region: mars", "there is no region 'mars'")]
    [InlineData("hours: 12", "hours: 24", "must be one of 3, 6, 12")]
    [InlineData("sum: 100", "sum: 0", "must be more than 0")]
    [InlineData("colour: blue", "colour: green", "must be one of blue, yellow, orange, red")]
    [InlineData("point: rain\n", "point: intensity\n", "is not a counter")]
    public void Load_RainTable_SaysWhatIsWrong(string old, string changed, string expected)
    {
        var table = File.ReadAllText(Path.Combine(Repository.Rules, "rain.yaml"));
        Assert.Contains(old, table, StringComparison.Ordinal);
        Assert.Contains(Problems(table.Replace(old, changed, StringComparison.Ordinal)), p => p.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void StartupCheck_BrokenFile_NamesFileAndLine()
    {
        Directory.CreateDirectory(folder.File("rules"));
        File.WriteAllText(folder.File("rules/r.yaml"), "rules:\n  - id: R\n");
        var check = new RulesCheck(new(folder.Path), new FakeFacilitySource(Repository.Building));

        Assert.Contains(check.Check(), static p => p.Key.EndsWith("r.yaml:2", StringComparison.Ordinal) && p.Message == "class is missing");
        File.Copy(Path.Combine(Repository.Rules, "drainage.yaml"), folder.File("rules/r.yaml"), overwrite: true);
        Assert.Empty(check.Check());
    }

    private List<string> Problems(string text)
    {
        File.WriteAllText(folder.File("rules.yaml"), text);
        var loaded = RuleFolder.Load(folder.Path);
        var problems = loaded.Problems.Count > 0 ? loaded.Problems : Binding.Of(loaded.Set, Repository.Building).Problems;
        return [.. problems.Select(static p => (p with { File = Path.GetFileName(p.File) }).ToString())];
    }
}
