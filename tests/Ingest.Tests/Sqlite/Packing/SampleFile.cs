using System.Globalization;

namespace Plantroom.Ingest.Tests.Sqlite.Packing;

/// <summary>A sample of docs/formats: lines of numbers, and the bytes that they are packed into behind <c>packed</c>; # begins a comment.</summary>
internal sealed class SampleFile
{
    private static readonly string Formats = Path.Combine(Root(), "docs", "formats");

    public SampleFile(string name)
    {
        var lines = File.ReadAllLines(Path.Combine(Formats, "samples", name)).Where(static l => l.Length > 0 && l[0] != '#').ToArray();
        var packed = Array.IndexOf(lines, "packed");
        Rows = [.. lines.Take(packed).Select(static l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        Hex = string.Join('\n', lines.Skip(packed + 1));
        Packed = Convert.FromHexString(Hex.Replace(" ", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal));
    }

    public string[][] Rows { get; }

    /// <summary>As it is written.</summary>
    public string Hex { get; }

    public byte[] Packed { get; }

    /// <summary>The document that explains the samples.</summary>
    public static string Document => File.ReadAllText(Path.Combine(Formats, "history-file.md"));

    public static long Whole(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    public static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Plantroom.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Not below the repository.");
        return folder;
    }
}
