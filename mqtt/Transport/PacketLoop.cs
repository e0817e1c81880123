using System.Buffers;

namespace Plantroom.Mqtt.Transport;

/// <summary>What works with the packets of a connection: the broker's end or the client's.</summary>
internal interface IPacketTaker
{
    /// <summary>Whether the connection is ending: what is left is not looked at.</summary>
    bool IsClosing { get; }

    /// <summary>Whether the read loop must wait before the packet that starts with these bytes.</summary>
    bool MustWaitBefore(ReadOnlySpan<byte> next);

    /// <summary>Takes a packet.</summary>
    /// <param name="header">Its first byte.</param>
    /// <param name="body">What follows its length.</param>
    /// <returns>Whether the read loop must wait before the next packet.</returns>
    bool Take(byte header, ReadOnlySpan<byte> body);
}

/// <summary>Takes one packet after the other from what was received, straight from the buffer where they lie in one piece.</summary>
internal static class PacketLoop
{
    /// <param name="buffer">What was received; what is left of it afterwards.</param>
    /// <param name="limit">Bytes that a packet may have.</param>
    /// <param name="taker">Who gets the packets.</param>
    /// <returns>True when the read loop must wait; false when the buffer holds no whole packet any more.</returns>
    public static bool Process<T>(ref ReadOnlySequence<byte> buffer, int limit, T taker)
        where T : class, IPacketTaker
    {
        while (!taker.IsClosing)
        {
            var piece = buffer.FirstSpan;
            var used = 0;
            var waits = ProcessPiece(piece, ref used, limit, taker);
            buffer = buffer.Slice(used);
            if (waits) return true;
            if (buffer.IsSingleSegment || taker.IsClosing) return false;
            if (used == piece.Length) continue;
            if (!TryProcessSplit(ref buffer, limit, taker, out waits)) return false;
            if (waits) return true;
        }

        return false;
    }

    private static bool ProcessPiece<T>(ReadOnlySpan<byte> piece, ref int used, int limit, T taker)
        where T : class, IPacketTaker
    {
        while (used < piece.Length && !taker.IsClosing)
        {
            var rest = piece[used..];
            if (taker.MustWaitBefore(rest)) return true;
            var size = Frame.Read(rest, limit, out var body);
            if (size == 0) return false;
            var waits = taker.Take(rest[0], body);
            used += size;
            if (waits) return true;
        }

        return false;
    }

    /// <summary>Takes a packet that lies across pieces of the buffer.</summary>
    private static bool TryProcessSplit<T>(ref ReadOnlySequence<byte> buffer, int limit, T taker, out bool waits)
        where T : class, IPacketTaker
    {
        waits = false;
        var size = Frame.Copy(buffer, limit, out var copy);
        if (size == 0) return false;
        try
        {
            Frame.Read(copy.AsSpan(0, size), limit, out var body);
            waits = taker.Take(copy[0], body);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }

        buffer = buffer.Slice(size);
        return true;
    }
}
