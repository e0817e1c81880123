using Plantroom.Simulators.Script;
using Plantroom.Yaml;

namespace Plantroom.Simulators.Tests.Script;

public sealed class ScenarioReaderTests
{
    public static TheoryData<string> Shipped => [.. ScenarioLibrary.Names];

    [Theory]
    [MemberData(nameof(Shipped))]
    public void Shipped_EveryScenario_IsRight(string name)
    {
        var scenario = ScenarioLibrary.Load(name, out var problems);
        Assert.Empty(problems);
        Assert.Equal(name, scenario!.Name);
    }

    [Fact]
    public void Shipped_Names_HoldTheDocumentedOnes() =>
        Assert.Superset(
            new HashSet<string> { "normal", "cloudburst", "dry-run", "fire", "entrapment" }, ScenarioLibrary.Names.ToHashSet());

    [Fact]
    public void Load_UnknownName_NamesTheOnesThatExist()
    {
        Assert.Null(ScenarioLibrary.Load("cloudbrust", out var problems));
        var problem = Assert.Single(problems);
        Assert.Equal("Simulator:Scenario", problem.Key);
        Assert.Contains("cloudbrust", problem.Message, StringComparison.Ordinal);
        Assert.Contains("cloudburst, dry-run", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_MissingFile_SaysSo()
    {
        Assert.Null(ScenarioLibrary.Load("/nowhere/mine.yaml", out var problems));
        Assert.Contains("does not exist", Assert.Single(problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OwnFile_IsRead()
    {
        using var folder = new TestKit.TempFolder();
        var path = folder.File("mine.yaml");
        const string Events = "  - { at: 2min, action: power_loss }\n  - { at: 5s, action: fire, equipment: FP-1 }\n";
        File.WriteAllText(path, "description: mine\nevents:\n" + Events);
        var scenario = ScenarioLibrary.Load(path, out var problems);
        Assert.Empty(problems);
        Assert.Equal([ScenarioAction.Fire, ScenarioAction.PowerLoss], scenario!.Events.Select(static e => e.Action));
    }

    [Theory]
    [InlineData("description: ''", 1, "description")]
    [InlineData("description: x\nrian: []", 2, "rian is not known here")]
    [InlineData("description: x\nrain:\n  - { intensity: 3 }", 3, "exactly one of")]
    [InlineData("description: x\nrain:\n  - { at: 1s, before: 1s, intensity: 3 }", 3, "exactly one of")]
    [InlineData("description: x\nrain:\n  - { at: 1s, intensity: 500 }", 3, "from 0 to 400 mm/h")]
    [InlineData("description: x\nrain:\n  - { at: 1s }", 3, "intensity: is missing")]
    [InlineData("description: x\nrain:\n  - { at: 5s, intensity: 1 }\n  - { at: 4s, intensity: 1 }", 4, "order of time")]
    [InlineData("description: x\ninitial:\n  - { sump: SP-9, level: 1 }", 3, "must be one of SP-1, SP-2, not 'SP-9'")]
    [InlineData("description: x\ninitial:\n  - { sump: SP-1, level: -1 }", 3, "from 0 to 3 m")]
    [InlineData("description: x\nevents:\n  - { at: 1s, action: explode, equipment: P-101 }", 3, "must be one of fault, repair")]
    [InlineData("description: x\nevents:\n  - { at: 1s, action: fault, equipment: SP-1 }", 3, "must be one of P-101")]
    [InlineData("description: x\nevents:\n  - { at: 1s, action: power_loss, equipment: SP-1 }", 3, "names no equipment")]
    [InlineData("description: x\nevents:\n  - { at: soon, action: power_loss }", 3, "must be a duration")]
    [InlineData("description: x\nevents:\n  - { action: power_loss }", 3, "at: is missing")]
    [InlineData("description: x\nevents:\n  - { at: 1s, action: fire }", 3, "equipment is missing")]
    public void Read_Mistake_IsReportedWithItsLine(string text, int line, string message)
    {
        var file = YamlFile.Parse("s.yaml", text);
        ScenarioReader.Read(file, "s");
        var problem = Assert.Single(file.Problems);
        Assert.Equal(line, problem.Line);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Documentation_Sample_IsAScenario()
    {
        var document = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "shipped", "scenarios.md"));
        var sample = document.Split("```yaml\n")[1].Split("```")[0];
        var file = YamlFile.Parse("scenarios.md", sample);
        var scenario = ScenarioReader.Read(file, "sample");
        Assert.Empty(file.Problems);
        Assert.True(scenario is { Rain.Steps.Count: > 2, Initial.Count: > 0, Events.Count: > 2 });
    }

    [Fact]
    public void Documentation_NamesEveryActionAndEveryShippedScenario()
    {
        var document = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "shipped", "scenarios.md"));
        Assert.All(ScenarioActions.ByName.Keys, action => Assert.Contains($"`{action}`", document, StringComparison.Ordinal));
        Assert.All(ScenarioLibrary.Names, name => Assert.Contains($"`{name}`", document, StringComparison.Ordinal));
    }
}
