using Plantroom.Yaml;

namespace Plantroom.Simulators.Script;

/// <summary>Finds scenarios: those that are shipped within the program by their name, others by the path of their file.</summary>
internal static class ScenarioLibrary
{
    private const string Folder = "scenarios/";

    /// <summary>The names of the shipped scenarios.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(ScenarioLibrary).Assembly.GetManifestResourceNames()
            .Where(static n => n.StartsWith(Folder, StringComparison.Ordinal))
            .Select(static n => n[Folder.Length..])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Loads a scenario.</summary>
    /// <param name="scenario">A shipped name, or the path of a <c>.yaml</c> file.</param>
    /// <param name="problems">What is wrong with it; empty when it can be used.</param>
    public static Scenario? Load(string scenario, out IReadOnlyList<StartupProblem> problems)
    {
        var file = Open(scenario);
        if (file is null)
        {
            var names = string.Join(", ", Names);
            var unknown = $"there is no scenario '{scenario}'; there are {names}, or give the path of a .yaml file";
            problems = [new("Simulator:Scenario", unknown)];
            return null;
        }

        // A file that is no YAML at all is missing every key; only the first reason helps.
        var readable = file.Problems.Count == 0;
        var read = readable ? ScenarioReader.Read(file, scenario) : null;
        problems = [.. file.Problems.Select(static p => new StartupProblem($"{p.File}:{p.Line}", p.Message))];
        return problems.Count == 0 ? read : null;
    }

    private static YamlFile? Open(string scenario)
    {
        if (scenario.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase)) return YamlFile.Load(scenario);
        using var stream = typeof(ScenarioLibrary).Assembly.GetManifestResourceStream(Folder + scenario);
        if (stream is null) return null;
        using var reader = new StreamReader(stream);
        return YamlFile.Parse($"scenarios/{scenario}.yaml", reader.ReadToEnd());
    }
}
