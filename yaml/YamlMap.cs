using System.Globalization;

namespace Plantroom.Yaml;

/// <summary>
/// A mapping in a file. Reading a key marks it as known; <see cref="Close"/> reports the keys that nobody read. Reads of missing or
/// wrong values report the problem and answer a harmless default, so that reading goes on to the next problem.
/// </summary>
public sealed class YamlMap
{
    private readonly YamlFile file;
    private readonly YamlMapping node;
    private readonly HashSet<string> known = [];

    internal YamlMap(YamlFile file, YamlMapping node)
    {
        this.file = file;
        this.node = node;
    }

    /// <summary>The line it starts at, from 1.</summary>
    public int Line => node.Line;

    /// <summary>Its keys, in the order of the file.</summary>
    public IEnumerable<string> Keys => node.Entries.Select(static e => e.Key);

    /// <summary>The line of a key's value, the mapping's own line when it is not there.</summary>
    public int LineOf(string key) => Find(key)?.Line ?? Line;

    /// <summary>The line of a key itself, which is above its value when that is a block; the mapping's own line when it is not there.</summary>
    public int LineOfKey(string key) => node.Find(key)?.Line ?? Line;

    /// <summary>Whether a key is there.</summary>
    public bool Has(string key) => Find(key) is not null;

    /// <summary>Whether a key is there and its value a mapping.</summary>
    public bool IsMapping(string key) => Find(key) is YamlMapping;

    /// <summary>Reports a problem at a key.</summary>
    public void Report(string key, string message) => file.Report(LineOf(key), $"{key}: {message}");

    /// <summary>Reports a problem with a key itself, at the key's own line.</summary>
    public void ReportKey(string key, string message) => file.Report(LineOfKey(key), $"{key}: {message}");

    /// <summary>A text that must be there; "" when it is not.</summary>
    public string RequiredText(string key)
    {
        if (!Has(key))
        {
            file.Report(Line, $"{key} is missing");
            return "";
        }

        if (Text(key) is not { } text) return "";
        if (string.IsNullOrWhiteSpace(text)) Report(key, "must not be empty");
        return text;
    }

    /// <summary>A text; null when it is not there.</summary>
    public string? Text(string key)
    {
        switch (Find(key))
        {
            case YamlScalar scalar:
                return scalar.Value;
            case YamlMapping or YamlSequence:
                Report(key, "must be a single value");
                return null;
            default:
                return null;
        }
    }

    /// <summary>A finite number; null when it is not there.</summary>
    public double? Number(string key) =>
        Scalar<double>(key, "must be a number", static (string text, out double number) =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number));

    /// <summary>A whole number; null when it is not there.</summary>
    public int? WholeNumber(string key) =>
        Scalar<int>(key, "must be a whole number", static (string text, out int number) =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number));

    /// <summary><c>true</c> or <c>false</c>; null when it is not there.</summary>
    public bool? Boolean(string key) => Scalar<bool>(key, "must be true or false", bool.TryParse);

    /// <summary>A length of time such as <c>500ms</c>, <c>60s</c>, <c>15min</c>, <c>8h</c>, <c>30d</c>; null when it is not there.</summary>
    public TimeSpan? Duration(string key) =>
        Scalar<TimeSpan>(key, "must be a duration such as 500ms, 60s, 15min, 8h or 30d", Durations.TryParse);

    /// <summary>A date, <c>2026-05-01</c>; null when it is not there.</summary>
    public DateOnly? Date(string key) =>
        Scalar<DateOnly>(key, "must be a date such as 2026-05-01", static (string text, out DateOnly date) =>
            DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date));

    /// <summary>One of the names in a table, for example of an enumeration; null when it is not there.</summary>
    public T? Choice<T>(string key, IReadOnlyDictionary<string, T> names)
        where T : struct =>
        Scalar<T>(key, "must be one of " + string.Join(", ", names.Keys), names.TryGetValue);

    /// <summary>A mapping below this one; null when it is not there.</summary>
    public YamlMap? Map(string key)
    {
        switch (Find(key))
        {
            case YamlMapping mapping:
                return new(file, mapping);
            case YamlScalar or YamlSequence:
                Report(key, "must be a mapping (key: value)");
                return null;
            default:
                return null;
        }
    }

    /// <summary>A list of mappings; empty when it is not there.</summary>
    public IEnumerable<YamlMap> Maps(string key)
    {
        foreach (var item in Sequence(key))
        {
            if (item is YamlMapping mapping) yield return new(file, mapping);
            else if (item is not YamlUnusable) file.Report(item.Line, $"{key}: every item must be a mapping (key: value)");
        }
    }

    /// <summary>A list of texts; empty when it is not there.</summary>
    public IReadOnlyList<string> Texts(string key)
    {
        var texts = new List<string>();
        foreach (var item in Sequence(key))
        {
            if (item is YamlScalar scalar) texts.Add(scalar.Value);
            else if (item is not YamlUnusable) file.Report(item.Line, $"{key}: every item must be a single value");
        }

        return texts;
    }

    /// <summary>Reports every key that was not read. Called when all expected keys have been.</summary>
    public void Close()
    {
        foreach (var entry in node.Entries)
            if (!known.Contains(entry.Key))
                file.Report(entry.Line, $"{entry.Key} is not known here; known are {string.Join(", ", known)}");
    }

    private delegate bool TryParse<T>(string text, out T value);

    private T? Scalar<T>(string key, string expectation, TryParse<T> parse)
        where T : struct
    {
        if (Text(key) is not { } text) return null;
        if (parse(text, out var value)) return value;
        Report(key, $"{expectation}, not '{text}'");
        return null;
    }

    private IReadOnlyList<YamlNode> Sequence(string key)
    {
        switch (Find(key))
        {
            case YamlSequence sequence:
                return sequence.Items;
            case YamlScalar or YamlMapping:
                Report(key, "must be a list");
                return [];
            default:
                return [];
        }
    }

    private YamlNode? Find(string key)
    {
        known.Add(key);
        return node.Find(key)?.Value;
    }
}
