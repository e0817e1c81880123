using Plantroom.Host.Startup;

namespace Plantroom.Host.Commands;

/// <summary>Something that the program does instead of running the system.</summary>
/// <param name="Name">The words that ask for it.</param>
/// <param name="Forms">What may follow them, one entry of each form; options of the settings may always follow.</param>
/// <param name="Meaning">What it does, in lines for a screen.</param>
/// <param name="Parse">Makes what is to be done of the words behind the name; null, or with problems, when they are not understood.</param>
internal sealed record Command(
    string Name, IReadOnlyList<string> Forms, string Meaning, Func<IReadOnlyList<string>, List<StartupProblem>, ICommandTask?> Parse)
{
    /// <summary>How it is written; a line of each form.</summary>
    public IReadOnlyList<string> Usage => [.. Forms.Select(form => $"plantroom {string.Join(' ', Name, form).TrimEnd()} [options]")];

    /// <summary>What a person reads who asks for help with it.</summary>
    public string Help =>
        $"""
        Usage: {string.Join(Environment.NewLine + "       ", Usage)}

        {Meaning}

        Options choose the settings, above all --data FOLDER; see plantroom --help.
        """;

    /// <summary>The words behind the name; null when they ask for something else.</summary>
    public IReadOnlyList<string>? WordsBehind(IReadOnlyList<string> args)
    {
        var name = Name.Split(' ');
        return args.Take(name.Length).SequenceEqual(name) ? [.. args.Skip(name.Length)] : null;
    }
}

/// <summary>What a command is asked to do, understood but not begun.</summary>
internal interface ICommandTask
{
    /// <summary>Words of the command line that choose the settings.</summary>
    IReadOnlyList<string> Settings { get; }

    /// <summary>Does it.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="terminal">Who has asked.</param>
    /// <param name="problems">Gets what keeps it from being done; the exit code is <see cref="ExitCode.Refused"/> then.</param>
    /// <returns>The exit code when there are no problems.</returns>
    Task<int> RunAsync(IConfiguration settings, Terminal terminal, List<StartupProblem> problems);
}
