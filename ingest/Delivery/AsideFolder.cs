namespace Plantroom.Ingest.Delivery;

/// <summary>A folder for what cannot be used but should not be gone either. Bounded: the oldest file goes when it becomes too large.</summary>
/// <param name="path">Its path; made when the first file is.</param>
/// <param name="maxBytes">How large its files may be together.</param>
internal sealed class AsideFolder(string path, long maxBytes)
{
    private readonly Lock gate = new();

    /// <summary>How many files had to go.</summary>
    public long Dropped { get; private set; }

    /// <summary>Writes a file, or adds to it. When it returns it is on the disk.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public void Write(string name, ReadOnlySpan<byte> data)
    {
        lock (gate)
        {
            try
            {
                Spool.FolderOf(path);
                using (var file = new FileStream(Path.Combine(path, name), FileMode.Append, FileAccess.Write, FileShare.Read))
                {
                    file.Write(data);
                    file.Flush(flushToDisk: true);
                }

                Shrink(name);
            }
            catch (UnauthorizedAccessException e)
            {
                throw new IOException(e.Message, e);
            }
        }
    }

    /// <summary>The names begin with what they are ordered by.</summary>
    private void Shrink(string newest)
    {
        var files = new DirectoryInfo(path).GetFiles().OrderBy(static f => f.Name, StringComparer.Ordinal).ToList();
        var total = files.Sum(static f => f.Length);
        foreach (var file in files.TakeWhile(f => total > maxBytes && f.Name != newest))
        {
            total -= file.Length;
            file.Delete();
            Dropped++;
        }
    }
}
