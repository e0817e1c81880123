using Plantroom.Host.Settings;
using Plantroom.Host.Startup;

namespace Plantroom.Host.Commands;

/// <summary>All commands, and the one way in which they are run.</summary>
internal static class CommandTable
{
    public static IReadOnlyList<Command> All { get; } =
    [
        new(
            "export",
            ["[--points PATTERN] [--from TIME] [--to TIME] [--format csv|lp] [--out FILE|-] [--quiet]"],
            """
            Writes stored readings to a file or the standard output, also while the system runs. Ended before its end, the same command goes
            on. PATTERN is a name with * and ?, several with commas; TIME is as 2026-06-01T08:00:00Z, now or -24h.
            """,
            static (words, problems) => ExportCommand.Parse(words, TimeProvider.System.GetUtcNow().UtcDateTime, problems)),
        new(
            "import",
            ["FILE|- [--format csv|lp] [--unknown skip|keep] [--quiet]"],
            """
            Takes readings in from a file or the standard input while the system does not run. A reading replaces that of the same point and
            time, so that a file can be taken again. Ended before its end, the same command goes on.
            """,
            ImportCommand.Parse),
        new(
            "backup",
            ["FOLDER"],
            """
            Copies the databases, the keys, the MQTT users and the readings that a remote store has not got yet into a new FOLDER, also while
            the system runs, and checks the copy.
            """,
            static (words, problems) => DataCommand.Parse("backup", words, problems)),
        new(
            "restore",
            ["FOLDER"],
            """
            Checks a backup and puts it in the place of what the data folder has, while the system does not run. What was there is moved into
            before-restore-TIME in the data folder; nothing is deleted.
            """,
            static (words, problems) => DataCommand.Parse("restore", words, problems)),
        new(
            "check",
            [""],
            """
            Looks whether the databases are whole and the sums are those of the readings, also while the system runs. Tells what is wrong and
            changes nothing.
            """,
            static (words, problems) => DataCommand.Parse("check", words, problems)),
        new(
            "mqtt passwd",
            ["USER [--delete] [--file FILE]", "--list [--file FILE]"],
            """
            Gives a user a new password to connect with, removes the user, or names all users; a running system notices within seconds. It
            asks for the password, or reads one line when something is written into it. The file is mqtt-passwords in the data folder, unless
            the setting Mqtt:PasswordFile or --file says another.
            """,
            PasswordCommand.Parse),
    ];

    /// <summary>The command that the arguments ask for, and the words behind its name; null when it is none.</summary>
    public static (Command Command, IReadOnlyList<string> Words)? Find(IReadOnlyList<string> args)
    {
        foreach (var command in All)
            if (command.WordsBehind(args) is { } words)
                return (command, words);
        return null;
    }

    /// <summary>Runs a command: understands its words, reads the settings, and does it.</summary>
    public static async Task<int> RunAsync(Command command, IReadOnlyList<string> words, Terminal terminal)
    {
        if (words.Any(CommandLine.AsksForHelp))
        {
            terminal.Say(command.Help);
            return ExitCode.Done;
        }

        var problems = new List<StartupProblem>();
        var task = command.Parse(words, problems);
        var settings = SettingsSources.Read(CommandLine.Parse(task?.Settings ?? [], problems), problems);
        if (task is null || problems.Count > 0)
            return Refusal.Tell(terminal, "Not done:", problems, [.. command.Usage.Select(static form => "Usage: " + form)]);
        var code = await task.RunAsync(settings, terminal, problems);
        return problems.Count > 0 ? Refusal.Tell(terminal, "Not done:", problems) : code;
    }
}
