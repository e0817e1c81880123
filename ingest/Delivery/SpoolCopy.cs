using Plantroom.Ingest.Delivery;

namespace Plantroom.Ingest;

/// <summary>
/// Copies what a remote store has not got yet. What has been delivered of a file meanwhile is delivered again from the copy, which changes
/// nothing in the store.
/// </summary>
public static class SpoolCopy
{
    /// <summary>Copies the spool of a folder behind what another one has; while the system that it belongs to runs, too.</summary>
    /// <param name="from">The folder of a spool; it need not be there.</param>
    /// <param name="to">The folder of a spool that nobody uses, or a new one.</param>
    /// <returns>How many readings were acknowledged and copied.</returns>
    /// <exception cref="IOException">It could not be read or written.</exception>
    public static long Copy(string from, string to)
    {
        if (!Directory.Exists(from)) return 0;
        var numbers = Numbers(from).Order().ToList();
        if (numbers.Count == 0) return 0;
        Spool.FolderOf(to);
        var next = Math.Max(Numbers(to).DefaultIfEmpty(0).Max(), Newest(to));
        var readings = 0L;
        foreach (var source in numbers.Select(number => new SpoolSegment(from, number)))
            if (Copy(source.Path, new SpoolSegment(to, next + 1)) is { } copied)
                (readings, next) = (readings + copied, next + 1);
        return readings;
    }

    /// <summary>Null when the file has been delivered meanwhile, or is just being begun.</summary>
    private static long? Copy(string from, SpoolSegment to)
    {
        byte[] data;
        try
        {
            using var file = SpoolReader.Open(from);
            data = new byte[RandomAccess.GetLength(file)];
            data = data[..RandomAccess.Read(file, data, 0)];
        }
        catch (FileNotFoundException)
        {
            return null;
        }

        if (data.Length <= SpoolSegment.Head.Length) return null;
        var part = to.Path + ".part";
        using (var copy = new FileStream(part, Options()))
        {
            copy.Write(data);
            copy.Flush(flushToDisk: true);
        }

        File.Move(part, to.Path);

        // What is just being appended was not acknowledged.
        SpoolRepair.Load(to, static (_, _) => { });
        return to.Readings;
    }

    private static FileStreamOptions Options()
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }

    private static IEnumerable<long> Numbers(string folder) =>
        Directory.EnumerateFiles(folder, "*" + SpoolSegment.Extension).Select(SpoolSegment.NumberOf).OfType<long>();

    /// <summary>A number that was used once would be taken for delivered.</summary>
    private static long Newest(string folder)
    {
        var cursor = Path.Combine(folder, Spool.CursorName);
        return File.Exists(cursor) && SpoolCursor.Parse(File.ReadAllText(cursor)) is { } parsed ? parsed.Newest : 0;
    }
}
