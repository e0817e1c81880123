namespace Plantroom.Ingest.Tests.Status;

/// <summary>The sample and the document of <c>/api/v1/storage</c>.</summary>
internal static class StorageSample
{
    private static readonly string Formats = System.IO.Path.Combine(Root(), "docs", "formats");

    public static string Path => System.IO.Path.Combine(Formats, "samples", "storage.json");

    public static string Document => File.ReadAllText(System.IO.Path.Combine(Formats, "storage.md"));

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(System.IO.Path.Combine(folder, "Plantroom.slnx")))
            folder = System.IO.Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Not below the repository.");
        return folder;
    }
}
