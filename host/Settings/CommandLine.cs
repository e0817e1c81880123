using Plantroom.Host.Commands;

namespace Plantroom.Host.Settings;

/// <summary>The words on the command line, turned into settings.</summary>
internal sealed class CommandLine
{
    /// <summary>What the program was asked to do.</summary>
    public enum Wish
    {
        Run,
        Help,
        Version,
    }

    private static readonly (string Switch, string Key, string Value, string Meaning)[] Switches =
    [
        ("--roles", "Roles", "LIST", "what to run: all (default), all,-simulators, or simulators alone"),
        ("--data", "Data:Folder", "FOLDER", "where the databases are kept (default: data)"),
        ("--site", "Site:Folder", "FOLDER", "facility.yaml and rules/ (default: the demonstration building)"),
        ("--scenario", "Simulator:Scenario", "NAME", "what happens in the simulated building: normal (default), cloudburst, ..."),
        ("--http-port", "Http:Port", "PORT", "pages and HTTP interface (default: 5080)"),
        ("--mqtt-port", "Mqtt:Port", "PORT", "where devices connect (default: 1883)"),
    ];

    public Wish Asked { get; private set; } = Wish.Run;

    public Dictionary<string, string?> Settings { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Another file of settings, read after the shipped one; null for none.</summary>
    public string? ConfigFile { get; private set; }

    public static string Help =>
        $"""
        Plantroom watches the equipment of buildings.

        Usage: plantroom [options]
               {string.Join(Environment.NewLine + "       ", CommandTable.All.SelectMany(static c => c.Usage))}

        Without a command it runs the system. plantroom COMMAND --help says what a command does.

        {string.Join(Environment.NewLine, Switches.Select(static s => $"  {s.Switch + " " + s.Value,-22}{s.Meaning}"))}
          --config FILE         more settings, JSON
          --Section:Key VALUE   any setting, for example --Ingest:KeepRaw 30.00:00:00
          --help, --version

        Settings are also read from the environment: PLANTROOM_Http__Port=8080.
        """;

    public static CommandLine Parse(IReadOnlyList<string> args, List<StartupProblem> problems)
    {
        var line = new CommandLine();
        for (var i = 0; i < args.Count; i++)
        {
            var (name, value) = Split(args[i]);
            if (AsksForHelp(name)) line.Asked = Wish.Help;
            else if (name is "--version") line.Asked = Wish.Version;
            else if (!name.StartsWith("--", StringComparison.Ordinal)) problems.Add(new(name, "is neither a command nor an option; see --help"));
            else if ((value ??= ValueBehind(args, ref i)) is null && Key(name) is not null) problems.Add(new(name, "needs a value"));
            else if (Key(name) is not { } key) problems.Add(new(name, "is not a known option; see --help"));
            else if (key.Length == 0) line.ConfigFile = value;
            else line.Settings[key] = value;
        }

        return line;
    }

    public static bool AsksForHelp(string word) => word is "--help" or "-h";

    /// <summary>The next word, unless it is an option itself.</summary>
    private static string? ValueBehind(IReadOnlyList<string> args, ref int at) =>
        at + 1 < args.Count && !args[at + 1].StartsWith("--", StringComparison.Ordinal) ? args[++at] : null;

    private static (string Name, string? Value) Split(string arg)
    {
        var equals = arg.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (arg, null) : (arg[..equals], arg[(equals + 1)..]);
    }

    private static string? Key(string name)
    {
        if (name == "--config") return "";
        var known = Switches.FirstOrDefault(s => s.Switch == name).Key;
        return known ?? (name.Contains(':', StringComparison.Ordinal) ? name[2..] : null);
    }
}
