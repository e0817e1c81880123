namespace Plantroom.Host.Commands;

/// <summary>The words behind the name of a command: its own options, the words without one, and options that choose the settings.</summary>
internal sealed class CommandWords
{
    private readonly Dictionary<string, string> options = [];

    /// <summary>The words that are neither an option nor its value.</summary>
    public List<string> Plain { get; } = [];

    /// <summary>Options of the settings, with their values.</summary>
    public List<string> Settings { get; } = [];

    /// <summary>The value of an option; null when it was not given.</summary>
    public string? this[string option] => options.GetValueOrDefault(option);

    /// <summary>Sorts the words.</summary>
    /// <param name="words">The words.</param>
    /// <param name="valued">The command's own options that have a value.</param>
    /// <param name="bare">Those that have none.</param>
    /// <param name="problems">Gets what is wrong.</param>
    public static CommandWords Read(IReadOnlyList<string> words, string[] valued, string[] bare, List<StartupProblem> problems)
    {
        var read = new CommandWords();
        for (var i = 0; i < words.Count; i++)
        {
            var equals = words[i].IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? words[i] : words[i][..equals];
            var next = i + 1 < words.Count && !words[i + 1].StartsWith("--", StringComparison.Ordinal) ? words[i + 1] : null;
            if (name.Length < 2 || name[0] != '-') read.Plain.Add(words[i]);
            else if (bare.Contains(words[i])) read.options[words[i]] = "";
            else if (equals < 0 && next is null) problems.Add(new(name, valued.Contains(name) ? "needs a value" : "is not understood, or needs a value"));
            else if (valued.Contains(name)) read.options[name] = equals < 0 ? next! : words[i][(equals + 1)..];
            else read.Settings.AddRange(equals < 0 ? [words[i], next!] : [words[i]]);
            if (equals < 0 && next is not null && name.Length > 1 && name[0] == '-' && !bare.Contains(name)) i++;
        }

        return read;
    }
}
