using System.Buffers;
using System.Text.Unicode;
using YamlDotNet.Core;

namespace Plantroom.Yaml;

/// <summary>
/// Reads one YAML file and collects everything that is wrong with it, so that the person who edits it sees all problems at once,
/// each with its line.
/// </summary>
public sealed class YamlFile
{
    /// <summary>The largest file that is read, in bytes (4 MiB): some 20,000 pieces of equipment.</summary>
    public const int MaxLength = 4 * 1024 * 1024;

    private readonly List<YamlProblem> problems = [];

    private YamlFile(string path)
    {
        Path = path;
        Root = new YamlMap(this, new YamlMapping(1));
    }

    /// <summary>The file's path, as given.</summary>
    public string Path { get; }

    /// <summary>What is wrong so far, in order of the lines.</summary>
    public IReadOnlyList<YamlProblem> Problems => [.. problems.OrderBy(static p => p.Line)];

    /// <summary>The top of the document; an empty mapping when the file could not be read.</summary>
    public YamlMap Root { get; private set; }

    /// <summary>Whether the file could be read as YAML at all; false means that <see cref="Root"/> says nothing about its content.</summary>
    public bool IsReadable { get; private set; }

    /// <summary>Reads a file. What goes wrong is in <see cref="Problems"/>, never thrown.</summary>
    public static YamlFile Load(string path)
    {
        var file = new YamlFile(path);
        if (file.Bytes() is { } bytes && file.Text(bytes) is { } text) file.Read(text);
        return file;
    }

    /// <summary>Reads a text as if it were the content of a file.</summary>
    public static YamlFile Parse(string path, string text)
    {
        var file = new YamlFile(path);
        file.Read(text);
        return file;
    }

    /// <summary>Adds a problem.</summary>
    public void Report(int line, string message) => problems.Add(new(Path, line, message));

    /// <summary>The file's content; null after reporting when it cannot be read or is too long.</summary>
    private byte[]? Bytes()
    {
        try
        {
            using var open = File.OpenRead(Path);
            if (open.Length <= MaxLength)
            {
                var bytes = new byte[open.Length];
                return bytes[..open.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
            }

            Report(0, $"is larger than {MaxLength / 1024 / 1024} MiB");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var missing = e is FileNotFoundException or DirectoryNotFoundException;
            Report(0, missing ? "does not exist" : "cannot be read: " + e.Message);
        }

        return null;
    }

    /// <summary>The text; null after reporting when it is not UTF-8.</summary>
    private string? Text(ReadOnlySpan<byte> content)
    {
        if (content.StartsWith("\uFEFF"u8)) content = content["\uFEFF"u8.Length..];
        var text = new char[content.Length];
        if (Utf8.ToUtf16(content, text, out var read, out var written, replaceInvalidSequences: false) is OperationStatus.Done)
            return new(text, 0, written);
        Report(1 + content[..read].Count((byte)'\n'), "is not UTF-8; save the file with this encoding");
        return null;
    }

    private void Read(string text)
    {
        try
        {
            if (YamlTree.Read(this, text) is not { } root) return;
            Root = new YamlMap(this, root);
            IsReadable = true;
        }
        catch (YamlException e)
        {
            var line = Math.Max(1, (int)e.Start.Line);
            if (LineIndentedWithTab(text, line) is { } tab) Report(tab, "is indented with a tab; use spaces");
            else Report(line, "is not valid YAML: " + e.Message);
        }
    }

    /// <summary>The line, where reading failed or just below, that begins with a tab; null when that is not the reason.</summary>
    private static int? LineIndentedWithTab(string text, int failed)
    {
        var line = 0;
        foreach (var content in text.AsSpan().EnumerateLines())
            if (++line > failed + 1) break;
            else if (line >= failed && content.TrimStart(' ') is ['\t', ..]) return line;
        return null;
    }
}
