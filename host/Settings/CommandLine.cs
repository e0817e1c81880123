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
               plantroom mqtt passwd USER [--delete] [--file FILE] [options]
               plantroom mqtt passwd --list [--file FILE] [options]
               {ExportCommand.Usage}
               {ImportCommand.Usage}
               plantroom backup FOLDER [options]
               plantroom restore FOLDER [options]
               plantroom check [options]

        {string.Join(Environment.NewLine, Switches.Select(static s => $"  {s.Switch + " " + s.Value,-22}{s.Meaning}"))}
          --config FILE         more settings, JSON
          --Section:Key VALUE   any setting, for example --Ingest:KeepRaw 30.00:00:00
          --help, --version

        mqtt passwd gives a user a new password to connect with, or removes the user; a running system notices within seconds. It asks
        for the password, or reads one line when something is written into it. The file is mqtt-passwords in the data folder, unless
        the setting Mqtt:PasswordFile or --file says another.

        export writes stored readings to a file or the standard output, import takes them in; both go on where they were ended. The system
        must be stopped for an import.
        backup copies the databases, the keys and the MQTT users of the data folder into a new FOLDER, also while the system runs; restore
        puts such a copy in their place while it does not run, and moves what was there aside; check looks whether the databases are whole.

        Settings are also read from the environment: PLANTROOM_Http__Port=8080.
        """;

    public static CommandLine Parse(IReadOnlyList<string> args, List<StartupProblem> problems)
    {
        var line = new CommandLine();
        for (var i = 0; i < args.Count; i++)
        {
            var (name, value) = Split(args[i]);
            if (name is "--help" or "-h") line.Asked = Wish.Help;
            else if (name is "--version") line.Asked = Wish.Version;
            else if (!name.StartsWith("--", StringComparison.Ordinal)) problems.Add(new(name, "is not an option; see --help"));
            else if (Key(name) is not { } key) problems.Add(new(name, "is not a known option; see --help"));
            else if ((value ?? (i + 1 < args.Count ? args[++i] : null)) is not { } given) problems.Add(new(name, "needs a value"));
            else if (key.Length == 0) line.ConfigFile = given;
            else line.Settings[key] = given;
        }

        return line;
    }

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
