using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Win32.SafeHandles;

namespace Plantroom.Ingest.Delivery;

/// <summary>
/// Files on the disk that hold what a remote store has not got yet. Records are only appended, one thread appends; what was appended is on
/// the disk when the call returns. What a killed process left unfinished at the end of the last file was never acknowledged and is cut off.
/// </summary>
internal sealed partial class Spool : IDisposable
{
    /// <summary>The name of the file that says what is delivered.</summary>
    public const string CursorName = "cursor";

    /// <summary>What is kept of damaged files, so that somebody can look at it: 64 MB.</summary>
    private const long MaxDamaged = 64 << 20;

    private readonly SpoolOptions options;
    private readonly Durability durability;
    private readonly ILogger<Spool> logger;
    private readonly string folder;
    private readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IngestMetrics metrics;
    private SpoolSegment? current;
    private SafeFileHandle? file;
    private bool isOpen;
    private bool isTorn;

    public Spool(DataFolder data, IOptions<SpoolOptions> options, IOptions<IngestOptions> ingest, IngestMetrics metrics, ILogger<Spool> logger)
    {
        this.options = options.Value;
        durability = ingest.Value.Durability;
        this.logger = logger;
        folder = data.Spool;
        Book = new(this.options.BatchReadings);
        Damaged = new(Path.Combine(folder, "damaged"), MaxDamaged);
        this.metrics = metrics;
    }

    /// <summary>What waits in it.</summary>
    public SpoolBook Book { get; }

    /// <summary>Where parts go that are no records.</summary>
    public AsideFolder Damaged { get; }

    /// <summary>Completes when what an earlier run left is known.</summary>
    public Task Opened => opened.Task;

    private string CursorPath => Path.Combine(folder, CursorName);

    /// <summary>Looks at what an earlier run has left. Nothing when it is open.</summary>
    /// <exception cref="IOException">It could not be read, or not be repaired.</exception>
    public void Open()
    {
        if (isOpen) return;
        try
        {
            FolderOf(folder);
            Load(ReadCursor());
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }

        isOpen = true;
        opened.TrySetResult();
    }

    /// <summary>Appends records; when it returns they are as durable as the settings say.</summary>
    /// <param name="data">The records one behind the other.</param>
    /// <param name="records">Their heads.</param>
    /// <exception cref="IOException">The spool or the disk is full, or the disk fails. Nothing was appended.</exception>
    public void Append(ReadOnlySpan<byte> data, ReadOnlySpan<SpoolRecord> records)
    {
        Open();
        if (current is { } old && (isTorn || old.End + data.Length > (long)options.SegmentMegabytes << 20)) Finish();

        // What is larger than the whole spool fits when nothing else is in it.
        if (Book.Bytes is var used and > 0 && used + data.Length > (long)options.MaxMegabytes << 20) throw Full();
        var segment = current ?? Begin();
        isTorn = true;
        RandomAccess.Write(file!, data, segment.End);
        if (durability is Durability.Full) RandomAccess.FlushToDisk(file!);
        isTorn = false;
        Book.Appended(segment, records);
    }

    /// <summary>Writes down what is delivered, and deletes the files of which nothing is needed.</summary>
    /// <exception cref="IOException">It could not be written. More is delivered again after a restart then.</exception>
    public void Tidy()
    {
        try
        {
            foreach (var segment in Book.TakeDone()) File.Delete(segment.Path);
            var next = CursorPath + ".new";
            File.WriteAllText(next, Book.Cursor.ToText());
            File.Move(next, CursorPath, overwrite: true);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <summary>Parts of a file that are no records were met: counts them and keeps a copy.</summary>
    public void SetAside(SpoolSegment segment, IReadOnlyList<Part> damaged)
    {
        if (!File.Exists(segment.Path))
        {
            LogGone(segment.Path, segment.Waiting);
            metrics.SpoolDamaged(damaged.Sum(static p => p.To - p.From));
            return;
        }

        using var source = SpoolReader.Open(segment.Path);
        foreach (var part in damaged)
        {
            var bytes = new byte[part.To - part.From];
            var length = RandomAccess.Read(source, bytes, part.From);
            SetAside(segment, part.From, bytes.AsSpan(0, length));
        }
    }

    /// <summary>Ends the file that is being written. Another call opens the next one.</summary>
    public void Close()
    {
        try
        {
            if (current is not null) Finish();
        }
        catch (IOException e)
        {
            // The next start looks at the file as it does after a crash.
            LogNotFinished(e.Message);
            file?.Dispose();
            (file, current) = (null, null);
        }
    }

    public void Dispose() => file?.Dispose();

    /// <summary>A new folder belongs to its owner alone.</summary>
    public static void FolderOf(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private SpoolCursor ReadCursor()
    {
        if (!File.Exists(CursorPath)) return SpoolCursor.None;
        if (SpoolCursor.Parse(File.ReadAllText(CursorPath)) is { } cursor) return cursor;
        LogCursorDamaged();
        return SpoolCursor.None;
    }

    private void Load(SpoolCursor cursor)
    {
        Book.Used(cursor.Newest);
        var numbers = Directory.EnumerateFiles(folder, "*" + SpoolSegment.Extension).Select(SpoolSegment.NumberOf).OfType<long>().Order().ToList();
        foreach (var segment in numbers.Except(Book.Numbers()).Select(n => new SpoolSegment(folder, n)))
        {
            if (segment.Number <= cursor.Newest && !cursor.Open.Contains(segment.Number))
            {
                File.Delete(segment.Path);
                continue;
            }

            SpoolRepair.Load(segment, (at, bytes) => SetAside(segment, at, bytes));
            if (segment.Number <= cursor.Newest) SpoolRepair.Apply(segment, cursor.Open[segment.Number]);
            Book.Add(segment);
        }

        if (Book.Readings > 0) LogWaiting(Book.Readings);
    }

    private SpoolSegment Begin()
    {
        var segment = new SpoolSegment(folder, Book.Newest + 1);
        Book.Used(segment.Number);
        try
        {
            file = File.OpenHandle(segment.Path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            RandomAccess.Write(file, SpoolSegment.Head, 0);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
        catch (IOException)
        {
            // A full disk has room for a name, and none for what is in it. Each attempt has a number of its own: nothing may pile up.
            if (file is not null) File.Delete(segment.Path);
            file?.Dispose();
            file = null;
            throw;
        }

        Book.Add(segment);
        return current = segment;
    }

    /// <summary>What a failed attempt may have left behind the records is cut off first.</summary>
    private void Finish()
    {
        if (isTorn) RandomAccess.SetLength(file!, current!.End);
        RandomAccess.Write(file!, current!.Seal.ToBytes(), current.End);
        file!.Dispose();
        Book.Finished(current);
        (file, current, isTorn) = (null, null, false);
    }

    /// <summary>The file that is being written is ended too: it can only be deleted, and make room, when nothing is appended to it.</summary>
    private IOException Full()
    {
        if (current is not null) Finish();
        return new($"the spool is full: {Book.Bytes >> 20} MB of {options.MaxMegabytes} MB (Spool:MaxMegabytes) wait for the store");
    }

    private void SetAside(SpoolSegment segment, long at, ReadOnlySpan<byte> bytes)
    {
        metrics.SpoolDamaged(bytes.Length);
        LogDamaged(segment.Path, at, bytes.Length);
        Damaged.Write(FormattableString.Invariant($"{segment.Number:D12}-{at:D9}.bin"), bytes);
    }

    [LoggerMessage(LogLevel.Information, "{Readings} readings of earlier runs wait in the spool")]
    private partial void LogWaiting(long readings);

    [LoggerMessage(LogLevel.Warning, "The spool's cursor is damaged: everything in the spool is delivered again, which changes nothing in the store")]
    private partial void LogCursorDamaged();

    [LoggerMessage(LogLevel.Error, "{File} is damaged at {At}: {Bytes} bytes are no readings. They are kept in the folder 'damaged'")]
    private partial void LogDamaged(string file, long at, int bytes);

    [LoggerMessage(LogLevel.Error, "{File} was removed by somebody: its {Readings} readings cannot be delivered")]
    private partial void LogGone(string file, long readings);

    [LoggerMessage(LogLevel.Warning, "The spool's last file could not be ended: {Reason}")]
    private partial void LogNotFinished(string reason);
}
