using Microsoft.Win32.SafeHandles;

namespace Plantroom.Ingest.Delivery;

/// <summary>Readings on their way to the store: the lines of some neighbouring records, as they were written.</summary>
/// <param name="Portion">Where they come from, damage that was passed over included.</param>
/// <param name="Readings">How many; none when there was only damage.</param>
/// <param name="Lines">Line protocol.</param>
/// <param name="Damaged">Parts that are no records.</param>
internal sealed record SpoolBatch(Portion Portion, int Readings, SpoolBuffer Lines, IReadOnlyList<Part> Damaged);

/// <summary>Reads records out of the files of the spool. For one thread at a time.</summary>
/// <param name="batchReadings">How many readings a batch has at most, unless its only record has more.</param>
internal sealed class SpoolReader(int batchReadings)
{
    /// <summary>A server takes bodies up to a limit: InfluxDB's is 25 MB.</summary>
    private const int MaxBytes = 8 << 20;

    private const int Block = 256 << 10;

    private byte[] window = new byte[Block];
    private int filled;
    private long start;

    /// <summary>Reads a batch from the beginning of a part.</summary>
    /// <param name="portion">The part; at least one record, if it is undamaged. Of a file that somebody has removed it is all damage.</param>
    /// <param name="lines">Gets the lines.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public SpoolBatch Read(Portion portion, SpoolBuffer lines)
    {
        lines.Clear();
        if (!File.Exists(portion.Segment.Path)) return new(portion, 0, lines, [portion.Part]);
        using var file = Open(portion.Segment.Path);
        (start, filled) = (portion.Part.From, 0);
        var damaged = new List<Part>();
        var (at, readings) = (portion.Part.From, 0);
        while (at < portion.Part.To && readings < batchReadings && lines.Length < MaxBytes)
        {
            if (!TryRead(file, at, portion.Part.To, out var record))
            {
                var next = Next(file, at, portion.Part.To);
                damaged.Add(new(at, next));
                at = next;
                continue;
            }

            if (readings > 0 && readings + record.Readings > batchReadings) break;
            lines.Write(Window(file, at, record.Size, portion.Part.To)[SpoolRecord.HeadSize..record.Size]);
            readings += record.Readings;
            at += record.Size;
        }

        return new(portion with { Part = portion.Part with { To = at } }, readings, lines, damaged);
    }

    /// <summary>When the first reading of a part came in, UTC; null when that cannot be told.</summary>
    public DateTime? Arrived(Portion portion)
    {
        try
        {
            using var file = Open(portion.Segment.Path);
            Span<byte> head = stackalloc byte[SpoolRecord.HeadSize];
            var length = RandomAccess.Read(file, head, portion.Part.From);
            return SpoolRecord.TryReadHead(head[..length], out var record) ? DateTime.UnixEpoch.AddMilliseconds(record.Arrived) : null;
        }
        catch (IOException)
        {
            // The delivery meets the same trouble and tells it.
            return null;
        }
    }

    /// <summary>Opens a file of the spool for reading.</summary>
    public static SafeFileHandle Open(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    private bool TryRead(SafeFileHandle file, long at, long to, out SpoolRecord record) =>
        SpoolRecord.TryReadHead(Window(file, at, SpoolRecord.HeadSize, to), out record) && record.IsWhole(Window(file, at, record.Size, to));

    /// <summary>Where the next whole record begins behind damage, or the end of the part. Rare, so it may read all of it.</summary>
    private long Next(SafeFileHandle file, long at, long to)
    {
        var next = SpoolRecord.Find(Window(file, at, (int)(to - at), to));
        return next < 0 ? to : at + next;
    }

    /// <summary>The bytes from an offset on: at least so many, unless the part or the file ends before.</summary>
    private ReadOnlySpan<byte> Window(SafeFileHandle file, long at, int count, long to)
    {
        count = (int)Math.Min(count, to - at);
        var from = (int)(at - start);
        if (from > filled || filled - from < count) (from, count) = (0, Load(file, at, count, to));
        return window.AsSpan(from, Math.Min(filled - from, Math.Max(count, 0)));
    }

    private int Load(SafeFileHandle file, long at, int count, long to)
    {
        var wanted = (int)Math.Min(Math.Max(count, Block), to - at);
        if (window.Length < wanted) window = new byte[Math.Max(wanted, window.Length * 2)];
        (start, filled) = (at, 0);
        while (filled < wanted && RandomAccess.Read(file, window.AsSpan(filled, wanted - filled), at + filled) is var read and > 0) filled += read;
        return Math.Min(count, filled);
    }
}
