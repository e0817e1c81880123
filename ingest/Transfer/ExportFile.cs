namespace Plantroom.Ingest.Transfer;

/// <summary>
/// The file of an export on its way: <c>FILE.part</c> grows, <c>FILE.resume</c> says how much of it is good; when all is written it gets its
/// name. What was written behind the last state is cut off by the next run, which writes it again.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="asked">The request in the words of the caller.</param>
/// <param name="saveBytes">How much may have to be written again.</param>
internal sealed class ExportFile(string path, string asked, long saveBytes) : IDisposable
{
    private readonly string part = path + ".part";
    private readonly StateFile<ExportState> resume = new(path + ".resume", TransferJson.Default.ExportState);
    private FileStream? stream;
    private ExportState? reached;
    private long saved;

    public FileStream Stream => stream ?? throw new InvalidOperationException("The file is not open.");

    /// <summary>Opens it where the same export was, otherwise at the beginning.</summary>
    public ExportState Open(TimeRange range)
    {
        stream = new(part, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, 1);
        var state = resume.Load();
        if (state is null || state.Asked != asked || state.Bytes > stream.Length) state = new(asked, range.From, range.To, 0, 0, null, range.From);
        stream.SetLength(state.Bytes);
        stream.Seek(0, SeekOrigin.End);
        resume.Save(state);
        saved = state.Bytes;
        return state;
    }

    /// <summary>Takes note of what was written, now and then.</summary>
    public void Reached(ExportState state)
    {
        reached = state;
        if (state.Bytes - saved >= saveBytes) Save(state);
    }

    public void Complete()
    {
        Stream.Flush(flushToDisk: true);
        Close();
        File.Move(part, path, overwrite: true);
        resume.Delete();
    }

    public void Discard()
    {
        Close();
        File.Delete(part);
        resume.Delete();
    }

    /// <summary>Ended before its end, it goes on from just there.</summary>
    public void Dispose()
    {
        if (stream is null) return;
        if (reached is not null && reached.Bytes > saved) Save(reached);
        Close();
    }

    private void Save(ExportState state)
    {
        Stream.Flush(flushToDisk: true);
        resume.Save(state);
        saved = state.Bytes;
    }

    private void Close()
    {
        stream?.Dispose();
        stream = null;
    }
}
