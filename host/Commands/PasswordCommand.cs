using Plantroom.Host.Startup;
using Plantroom.Mqtt;

namespace Plantroom.Host.Commands;

/// <summary>What <c>mqtt passwd</c> is asked to do.</summary>
/// <param name="User">Whom; null for --list.</param>
/// <param name="Delete">Whether the user is removed.</param>
/// <param name="List">Whether the names are listed.</param>
/// <param name="File">The password file; null for the one of the settings.</param>
/// <param name="Settings">Words that choose the settings.</param>
internal sealed record PasswordCommand(string? User, bool Delete, bool List, string? File, IReadOnlyList<string> Settings)
    : ICommandTask
{
    /// <summary>Reads the words after <c>mqtt passwd</c>.</summary>
    public static PasswordCommand Parse(IReadOnlyList<string> words, List<StartupProblem> problems)
    {
        var given = CommandWords.Read(words, ["--file"], ["--delete", "--list"], problems);
        var (delete, list) = (given["--delete"] is not null, given["--list"] is not null);
        if (given.Plain.Count != (list ? 0 : 1)) problems.Add(new("mqtt passwd", list ? "does not take a user with --list" : "needs one user"));
        if (list && delete) problems.Add(new("--delete", "does not go with --list"));
        return new(given.Plain.FirstOrDefault(), delete, list, given["--file"], given.Settings);
    }

    public Task<int> RunAsync(IConfiguration settings, Terminal terminal, List<StartupProblem> problems)
    {
        var data = Composition.Data(settings);
        if (File is null) FolderCheck.Make(data.Path);
        Run(Composition.PasswordFile(File ?? settings["Mqtt:PasswordFile"], data), terminal, problems);
        return Task.FromResult(ExitCode.Done);
    }

    /// <summary>Does it.</summary>
    /// <param name="file">The password file.</param>
    /// <param name="terminal">Where the password comes from.</param>
    /// <param name="problems">Gets what keeps it from being done.</param>
    public void Run(string file, Terminal terminal, List<StartupProblem> problems)
    {
        try
        {
            if (List) foreach (var name in MqttPasswordFile.Users(file)) terminal.Say(name);
            else if (Delete && !MqttPasswordFile.Remove(file, User!)) problems.Add(new(User!, $"is not a user in {file}"));
            else if (!Delete) Set(file, terminal, problems);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(new(file, e.Message));
        }
    }

    private void Set(string file, Terminal terminal, List<StartupProblem> problems)
    {
        if (terminal.AskPassword(User!) is not { Length: > 0 } password)
        {
            problems.Add(new(User!, "needs a password, twice the same"));
            return;
        }

        try
        {
            MqttPasswordFile.Set(file, User!, password);
        }
        catch (ArgumentException e)
        {
            problems.Add(new(User!, e.Message.Split(" (Parameter", 2)[0]));
        }
    }
}
