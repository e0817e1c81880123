namespace Plantroom.Yaml;

/// <summary>A part of a document: its line and what it holds. Only the few shapes that the files need.</summary>
/// <param name="line">Where it starts, from 1.</param>
internal abstract class YamlNode(int line)
{
    public int Line => line;
}

/// <summary>A single value, as written.</summary>
internal sealed class YamlScalar(int line, string value) : YamlNode(line)
{
    public string Value => value;
}

/// <summary>A list.</summary>
internal sealed class YamlSequence(int line, IReadOnlyList<YamlNode> items) : YamlNode(line)
{
    public IReadOnlyList<YamlNode> Items => items;
}

/// <summary>A mapping with keys that are single values, each once.</summary>
internal sealed class YamlMapping(int line) : YamlNode(line)
{
    private readonly Dictionary<string, YamlEntry> byKey = new(StringComparer.Ordinal);

    /// <summary>In the order of the file.</summary>
    public List<YamlEntry> Entries { get; } = [];

    public bool TryAdd(YamlEntry entry)
    {
        if (!byKey.TryAdd(entry.Key, entry)) return false;
        Entries.Add(entry);
        return true;
    }

    public YamlEntry? Find(string key) => byKey.GetValueOrDefault(key);
}

/// <summary>A key, where it stands, and its value.</summary>
internal sealed record YamlEntry(string Key, int Line, YamlNode Value);

/// <summary>Something that was reported and left out; reading it reports nothing further.</summary>
internal sealed class YamlUnusable(int line) : YamlNode(line);
