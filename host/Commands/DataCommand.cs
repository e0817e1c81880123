using Plantroom.Host.Startup;

namespace Plantroom.Host.Commands;

/// <summary>What <c>backup</c>, <c>restore</c> or <c>check</c> is asked to do.</summary>
/// <param name="Verb">Which of them.</param>
/// <param name="Folder">The folder of the copy; empty for <c>check</c>.</param>
/// <param name="Settings">Words that choose the settings, and so the data folder.</param>
internal sealed record DataCommand(string Verb, string Folder, IReadOnlyList<string> Settings) : ICommandTask
{
    /// <summary>Reads the words after the verb.</summary>
    public static DataCommand Parse(string verb, IReadOnlyList<string> words, List<StartupProblem> problems)
    {
        var given = CommandWords.Read(words, [], [], problems);
        if (verb == "check" && given.Plain.Count > 0) problems.Add(new(given.Plain[0], "is not understood"));
        else if (verb != "check" && given.Plain.Count != 1) problems.Add(new(verb, "needs one folder"));
        return new(verb, given.Plain.FirstOrDefault() ?? "", given.Settings);
    }

    public Task<int> RunAsync(IConfiguration settings, Terminal terminal, List<StartupProblem> problems)
    {
        var data = Composition.Data(settings);
        var isWell = Verb != "check" || new CheckCommand(data).Run(terminal, problems);
        if (Verb == "backup") new BackupCommand(data, Folder).Run(terminal, problems);
        else if (Verb == "restore") new RestoreCommand(data, Folder, TimeProvider.System).Run(terminal, problems);
        return Task.FromResult(isWell ? ExitCode.Done : ExitCode.NotAll);
    }
}
