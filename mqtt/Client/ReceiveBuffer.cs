using System.Buffers;

namespace Plantroom.Mqtt.Client;

/// <summary>
/// What has come from the broker and was not worked on yet, in one piece. It grows while reads fill it, so that a flood costs few reads
/// and a quiet client little memory.
/// </summary>
/// <param name="largestPacket">Bytes of the largest packet that must fit.</param>
internal sealed class ReceiveBuffer(int largestPacket)
{
    private const int Smallest = 16 * 1024;

    /// <summary>Up to here it grows for speed; further only for a packet that does not fit.</summary>
    private const int Usual = 256 * 1024;

    private byte[] bytes = new byte[Smallest];
    private int start;
    private int end;

    public ReadOnlySequence<byte> Unread => new(bytes, start, end - start);

    /// <summary>Waits for more.</summary>
    /// <returns>False at the end of the stream.</returns>
    public async ValueTask<bool> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        MakeRoom();
        var count = await stream.ReadAsync(bytes.AsMemory(end), cancellationToken);
        end += count;
        return count > 0;
    }

    /// <summary>Says what is left of <see cref="Unread"/>.</summary>
    public void Keep(long count) => start = end - (int)count;

    private void MakeRoom()
    {
        var kept = end - start;
        var wasFilled = end == bytes.Length;
        var target = bytes;
        if (wasFilled && (bytes.Length < Usual || kept > bytes.Length / 2)) target = new byte[Larger()];
        if (start > 0 || target != bytes) bytes.AsSpan(start, kept).CopyTo(target);
        (bytes, start, end) = (target, 0, kept);
    }

    private int Larger() => (int)Math.Min(bytes.Length * 2L, Math.Max(Usual, (long)largestPacket * 2));
}
