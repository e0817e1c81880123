namespace Plantroom.Ingest.Transfer;

/// <summary>Reads a stream line by line without making texts of them. For one thread.</summary>
internal sealed class LineSource(Stream stream)
{
    /// <summary>The longest line, in bytes; of a longer one only this much is handed over.</summary>
    public const int MaxLine = LineProtocolReader.MaxLine;

    private readonly byte[] buffer = new byte[1024 * 1024];
    private int start;
    private int length;
    private bool ended;

    /// <summary>Behind the last line, in bytes from where the reading began.</summary>
    public long Position { get; private set; }

    /// <summary>Gives the next line without its end; valid until the next call.</summary>
    /// <param name="line">The line.</param>
    /// <param name="isTooLong">Whether it is longer than <see cref="MaxLine"/>.</param>
    /// <returns>False at the end.</returns>
    public bool TryRead(out ReadOnlySpan<byte> line, out bool isTooLong)
    {
        line = default;
        isTooLong = false;
        var end = FindEnd(0);
        if (end < 0 && length == 0) return false;
        if (end < 0 && length > MaxLine)
        {
            isTooLong = true;
            SkipLine();
            return true;
        }

        line = buffer.AsSpan(start, end < 0 ? length : end);
        Take(end < 0 ? length : end + 1);
        isTooLong = line.Length > MaxLine;
        if (line is [.., (byte)'\r']) line = line[..^1];
        return true;
    }

    /// <summary>Where the line ends; -1 when the stream or the buffer does before.</summary>
    private int FindEnd(int from)
    {
        while (true)
        {
            var end = buffer.AsSpan(start + from, length - from).IndexOf((byte)'\n');
            if (end >= 0) return from + end;
            from = length;
            if (ended || !Fill()) return -1;
        }
    }

    private void SkipLine()
    {
        while (true)
        {
            var end = FindEnd(0);
            Take(end < 0 ? length : end + 1);
            if (end >= 0 || ended) return;
        }
    }

    private void Take(int bytes)
    {
        start += bytes;
        length -= bytes;
        Position += bytes;
    }

    /// <summary>False when there is nothing more, or no room for it.</summary>
    private bool Fill()
    {
        if (start > 0) buffer.AsSpan(start, length).CopyTo(buffer);
        start = 0;
        if (length == buffer.Length) return false;
        var read = stream.Read(buffer, length, buffer.Length - length);
        ended = read == 0;
        length += read;
        return !ended;
    }
}
