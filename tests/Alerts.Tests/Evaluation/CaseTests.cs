using Plantroom.Alerts.Rules;

namespace Plantroom.Alerts.Tests.Evaluation;

/// <summary>The golden folders <c>cases/name/{rule.yaml,readings.txt,expected.txt}</c>.</summary>
public sealed class CaseTests
{
    public static TheoryData<string> Names => [.. Directory.GetDirectories(Repository.Cases).Select(static p => Path.GetFileName(p)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Engine_Case_GivesTheExpectedEdges(string name)
    {
        var folder = Path.Combine(Repository.Cases, name);
        var loaded = RuleFolder.Load(folder);
        var binding = Binding.Of(loaded.Set, Repository.Building);
        Assert.Empty(loaded.Problems);
        Assert.Empty(binding.Problems);

        var run = new EngineRun(binding.Rules).Play(File.ReadAllLines(Path.Combine(folder, "readings.txt")));

        var expected = File.ReadAllLines(Path.Combine(folder, "expected.txt")).Select(static l => l.Split('#')[0].Trim()).Where(static l => l.Length > 0).ToList();
        var counts = run.Engine.Counts;
        if (expected.Exists(static l => l.StartsWith("counts", StringComparison.Ordinal)))
            run.Log.Add($"counts evaluated={counts.Evaluated} late={counts.Late} outOfOrder={counts.OutOfOrder} bad={counts.Bad}");
        Assert.Equal(expected, run.Log);
    }
}
