using Plantroom.Mqtt;

namespace Plantroom.Host.Commands;

/// <summary>What <c>mqtt passwd</c> is asked to do.</summary>
/// <param name="User">Whom; null for --list.</param>
/// <param name="Delete">Whether the user is removed.</param>
/// <param name="List">Whether the names are listed.</param>
/// <param name="File">The password file; null for the one of the settings.</param>
/// <param name="Others">Arguments that choose the settings.</param>
internal sealed record PasswordCommand(string? User, bool Delete, bool List, string? File, IReadOnlyList<string> Others)
{
    public const string Usage = "plantroom mqtt passwd USER [--delete] [--file FILE], or plantroom mqtt passwd --list [--file FILE]";

    /// <summary>Reads the words after <c>mqtt</c>.</summary>
    public static PasswordCommand? Parse(IReadOnlyList<string> words, List<StartupProblem> problems)
    {
        if (words is not ["passwd", ..])
        {
            problems.Add(new("mqtt", $"use {Usage}"));
            return null;
        }

        var command = new PasswordCommand(null, false, false, null, []);
        for (var i = 1; i < words.Count; i++)
        {
            var next = i + 1 < words.Count ? words[i + 1] : null;
            switch (words[i])
            {
                case "--delete": command = command with { Delete = true }; break;
                case "--list": command = command with { List = true }; break;
                case "--file" when next is not null:
                    command = command with { File = next };
                    i++;
                    break;
                case ['-', '-', ..] setting when setting.Contains('=', StringComparison.Ordinal):
                    command = command with { Others = [.. command.Others, setting] };
                    break;
                case ['-', '-', ..] when next is not null:
                    command = command with { Others = [.. command.Others, words[i], next] };
                    i++;
                    break;
                case var word when command.User is null && !word.StartsWith("--", StringComparison.Ordinal):
                    command = command with { User = word };
                    break;
                default: problems.Add(new(words[i], $"is not understood; use {Usage}")); break;
            }
        }

        if (command.List == command.User is not null || (command.List && command.Delete)) problems.Add(new("mqtt passwd", $"use {Usage}"));
        return command;
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
