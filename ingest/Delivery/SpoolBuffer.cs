using System.Buffers;

namespace Plantroom.Ingest.Delivery;

/// <summary>Memory that grows, is written to at its end and used again.</summary>
internal sealed class SpoolBuffer : IBufferWriter<byte>
{
    private byte[] bytes = new byte[4096];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => bytes.AsMemory(0, Length);

    /// <summary>What was written from an offset on; valid until more is written.</summary>
    public Span<byte> From(int offset) => bytes.AsSpan(offset, Length - offset);

    public void Clear() => Length = 0;

    public void Write(ReadOnlySpan<byte> data)
    {
        data.CopyTo(GetSpan(data.Length));
        Advance(data.Length);
    }

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Grow(sizeHint);
        return bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Grow(sizeHint);
        return bytes.AsSpan(Length);
    }

    private void Grow(int more)
    {
        if (bytes.Length - Length < Math.Max(more, 1)) Array.Resize(ref bytes, Math.Max(Length + more, bytes.Length * 2));
    }
}
