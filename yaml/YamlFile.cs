using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Plantroom.Yaml;

/// <summary>
/// Reads one YAML file and collects everything that is wrong with it, so that the person who edits it sees all problems at once,
/// each with its line.
/// </summary>
public sealed class YamlFile
{
    private readonly List<YamlProblem> problems = [];

    private YamlFile(string path) => Path = path;

    /// <summary>The file's path, as given.</summary>
    public string Path { get; }

    /// <summary>What is wrong so far, in order of the lines.</summary>
    public IReadOnlyList<YamlProblem> Problems => [.. problems.OrderBy(static p => p.Line)];

    /// <summary>The top of the document; an empty mapping when the file could not be read.</summary>
    public YamlMap Root { get; private set; } = null!;

    /// <summary>Reads a file. What goes wrong is in <see cref="Problems"/>, never thrown.</summary>
    public static YamlFile Load(string path)
    {
        try
        {
            return Parse(path, File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var file = new YamlFile(path);
            file.Root = new YamlMap(file, new YamlMappingNode());
            file.Report(0, File.Exists(path) ? "cannot be read: " + e.Message : "does not exist");
            return file;
        }
    }

    /// <summary>Reads a text as if it were the content of a file.</summary>
    public static YamlFile Parse(string path, string text)
    {
        var file = new YamlFile(path);
        file.Root = new YamlMap(file, file.Document(text) ?? new YamlMappingNode());
        return file;
    }

    /// <summary>Adds a problem.</summary>
    public void Report(int line, string message) => problems.Add(new(Path, line, message));

    private YamlMappingNode? Document(string text)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents.Count == 1 && stream.Documents[0].RootNode is YamlMappingNode root) return root;
            Report(1, stream.Documents.Count == 0 ? "is empty" : "must be one document with a mapping (key: value) at the top");
        }
        catch (YamlException e)
        {
            Report((int)e.Start.Line, "is not valid YAML: " + e.Message);
        }

        return null;
    }
}
