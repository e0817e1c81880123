using Plantroom.Host.Commands;

namespace Plantroom.Host.Startup;

/// <summary>Tells why the program does not do what it was asked to.</summary>
internal static class Refusal
{
    /// <summary>Tells every problem in a line of its own.</summary>
    /// <param name="terminal">Who is told.</param>
    /// <param name="heading">What did not happen.</param>
    /// <param name="problems">Why.</param>
    /// <param name="more">Lines that help to do better.</param>
    /// <returns>The exit code.</returns>
    public static int Tell(Terminal terminal, string heading, IEnumerable<StartupProblem> problems, params IEnumerable<string> more)
    {
        terminal.Tell(heading);
        foreach (var problem in problems) terminal.Tell($"  {problem}");
        foreach (var line in more) terminal.Tell(line);
        return ExitCode.Refused;
    }
}
