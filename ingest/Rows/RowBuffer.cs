using System.Buffers.Text;

namespace Plantroom.Ingest.Rows;

/// <summary>Bytes of rows that are about to be sent or written; its memory is used again. For one thread.</summary>
internal sealed class RowBuffer
{
    private const int MaxNumber = 32;

    private byte[] bytes = new byte[128 * 1024];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => bytes.AsMemory(0, Length);

    public void Clear() => Length = 0;

    /// <summary>Takes back what was appended last.</summary>
    public void Shorten(int by) => Length -= by;

    public void Append(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Room(text.Length));
        Length += text.Length;
    }

    public void Append(byte one)
    {
        Room(1)[0] = one;
        Length++;
    }

    /// <summary>A finite number, so that it is read back to the very same bits.</summary>
    public void AppendNumber(double value) => Length += LineNumber.Write(value, Room(MaxNumber));

    public void AppendWhole(long value)
    {
        Utf8Formatter.TryFormat(value, Room(MaxNumber), out var written);
        Length += written;
    }

    /// <summary>A moment, see <see cref="RowTime"/>.</summary>
    public void AppendTime(DateTime utc) => Length += RowTime.Write(utc, Room(RowTime.MaxLength));

    private Span<byte> Room(int length)
    {
        if (bytes.Length - Length < length) Array.Resize(ref bytes, Math.Max(bytes.Length * 2, Length + length));
        return bytes.AsSpan(Length);
    }
}
