using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Plantroom.Yaml;

/// <summary>
/// Builds the tree of a document from the parser's events. What the files have no use for and what only hides mistakes (duplicate keys,
/// anchors, tags) is reported with its line, and reading goes on behind it.
/// </summary>
internal sealed class YamlTree
{
    /// <summary>
    /// Reading ends at deeper nesting: the formats need eight levels, a broken file must not exhaust the stack, and the scanner takes
    /// quadratic time in the depth.
    /// </summary>
    private const int MaxDepth = 32;

    private readonly YamlFile file;
    private readonly Parser parser;

    private YamlTree(YamlFile file, string text)
    {
        this.file = file;
        parser = new Parser(new StringReader(text));
    }

    /// <summary>Reads the one document with a mapping at its top; null after reporting when there is none.</summary>
    /// <exception cref="YamlException">The text is not YAML.</exception>
    public static YamlMapping? Read(YamlFile file, string text)
    {
        var tree = new YamlTree(file, text);
        try
        {
            return tree.Document();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException or OverflowException)
        {
            // The parser meets some broken texts with other exceptions than its own, for example `{a` followed by a tab and `:`.
            var reached = tree.parser.Current?.End ?? Mark.Empty;
            throw new YamlException(reached, reached, "what follows cannot be understood", e);
        }
    }

    private YamlMapping? Document()
    {
        parser.Consume<StreamStart>();
        if (parser.Accept<StreamEnd>(out _))
        {
            file.Report(1, "is empty");
            return null;
        }

        parser.Consume<DocumentStart>();
        var root = Node(0);
        parser.Consume<DocumentEnd>();
        if (parser.Accept<DocumentStart>(out var second)) file.Report(LineOf(second), "must be one document; a second one starts here");
        if (root is YamlMapping mapping) return mapping;
        if (root is not YamlUnusable) file.Report(root.Line, "must be one document with a mapping (key: value) at the top");
        return null;
    }

    private YamlNode Node(int depth)
    {
        if (parser.TryConsume<AnchorAlias>(out var alias))
        {
            file.Report(LineOf(alias), $"*{alias.Value}: aliases are not used here; write the value out");
            return new YamlUnusable(LineOf(alias));
        }

        var start = parser.Consume<NodeEvent>();
        var line = LineOf(start);

        if (!start.Anchor.IsEmpty) file.Report(line, $"&{start.Anchor.Value}: anchors are not used here; write each value out");
        if (!start.Tag.IsEmpty) file.Report(line, $"{start.Tag.Value}: tags are not used here");
        if (start is Scalar scalar) return new YamlScalar(line, scalar.Value);
        if (depth >= MaxDepth) throw new YamlException(start.Start, start.End, $"nested deeper than {MaxDepth} levels");
        return start is MappingStart ? Mapping(line, depth) : Sequence(line, depth);
    }

    private YamlMapping Mapping(int line, int depth)
    {
        var mapping = new YamlMapping(line);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = Node(depth + 1);
            var value = Node(depth + 1);
            if (key is not YamlScalar name)
            {
                if (key is not YamlUnusable) file.Report(key.Line, "a key must be a single value; quote texts that start with { or [");
            }
            else if (!mapping.TryAdd(new(name.Value, name.Line, value)))
            {
                file.Report(name.Line, $"{name.Value} is there twice; first in line {mapping.Find(name.Value)!.Line}");
            }
        }

        return mapping;
    }

    private YamlSequence Sequence(int line, int depth)
    {
        var items = new List<YamlNode>();
        while (!parser.TryConsume<SequenceEnd>(out _)) items.Add(Node(depth + 1));
        return new(line, items);
    }

    private static int LineOf(ParsingEvent part) => (int)part.Start.Line;
}
