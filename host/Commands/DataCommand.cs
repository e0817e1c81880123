namespace Plantroom.Host.Commands;

/// <summary>What <c>backup</c>, <c>restore</c> or <c>check</c> is asked to do.</summary>
/// <param name="Verb">Which of them.</param>
/// <param name="Folder">The folder of the copy; null for <c>check</c>.</param>
/// <param name="Others">Arguments that choose the settings, and so the data folder.</param>
internal sealed record DataCommand(string Verb, string? Folder, IReadOnlyList<string> Others)
{
    public const string Usage =
        "plantroom backup FOLDER [--data FOLDER], plantroom restore FOLDER [--data FOLDER], or plantroom check [--data FOLDER]";

    public static DataCommand? Parse(IReadOnlyList<string> words, List<StartupProblem> problems)
    {
        var command = new DataCommand(words[0], null, []);
        for (var i = 1; i < words.Count; i++)
        {
            if (!words[i].StartsWith("--", StringComparison.Ordinal) && command.Folder is null) command = command with { Folder = words[i] };
            else if (words[i].Contains('=', StringComparison.Ordinal)) command = command with { Others = [.. command.Others, words[i]] };
            else if (words[i].StartsWith("--", StringComparison.Ordinal) && i + 1 < words.Count)
                command = command with { Others = [.. command.Others, words[i], words[++i]] };
            else problems.Add(new(words[i], $"is not understood; use {Usage}"));
        }

        if (command.Verb == "check" != command.Folder is null) problems.Add(new(command.Verb, $"use {Usage}"));
        return problems.Count > 0 ? null : command;
    }
}
