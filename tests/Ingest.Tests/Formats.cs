namespace Plantroom.Ingest.Tests;

/// <summary>The documents of the formats and their samples.</summary>
internal static class Formats
{
    private static readonly string Folder = Path.Combine(Root(), "docs", "formats");

    /// <summary>The path of a sample.</summary>
    public static string Sample(string name) => Path.Combine(Folder, "samples", name);

    /// <summary>The text of a document.</summary>
    public static string Document(string name) => File.ReadAllText(Path.Combine(Folder, name));

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Plantroom.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Not below the repository.");
        return folder;
    }
}
