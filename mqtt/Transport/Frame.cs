using System.Buffers;
using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Transport;

/// <summary>Finds where one packet ends and the next begins: <c>first byte │ remaining length, 1-4 bytes │ body</c>.</summary>
internal static class Frame
{
    private const int LongestHeader = 5;

    /// <summary>Reads the packet at the start of contiguous bytes.</summary>
    /// <returns>The size of the whole packet; 0 when the bytes end before it does.</returns>
    /// <exception cref="MqttException">The length is broken, or larger than allowed.</exception>
    public static int Read(ReadOnlySpan<byte> bytes, int maximumSize, out ReadOnlySpan<byte> body)
    {
        body = default;
        var size = Size(bytes, maximumSize, out var bodyStart);
        if (size == 0 || bytes.Length < size) return 0;
        body = bytes[bodyStart..size];
        return size;
    }

    /// <summary>Copies the packet at the start of a buffer that is in pieces; the caller returns the copy to the shared pool.</summary>
    /// <returns>The size of the whole packet; 0 when the buffer ends before it does.</returns>
    public static int Copy(in ReadOnlySequence<byte> buffer, int maximumSize, out byte[] copy)
    {
        copy = [];
        Span<byte> start = stackalloc byte[LongestHeader];
        var known = (int)Math.Min(buffer.Length, LongestHeader);
        buffer.Slice(0, known).CopyTo(start);
        var size = Size(start[..known], maximumSize, out _);
        if (size == 0 || buffer.Length < size) return 0;
        copy = ArrayPool<byte>.Shared.Rent(size);
        buffer.Slice(0, size).CopyTo(copy);
        return size;
    }

    private static int Size(ReadOnlySpan<byte> bytes, int maximumSize, out int bodyStart)
    {
        bodyStart = 0;
        if (bytes.Length < 2) return 0;
        var length = VariableByteInteger.Read(bytes[1..], out var remaining);
        if (length == 0) return 0;
        bodyStart = 1 + length;
        var size = bodyStart + (int)remaining;
        if (size > maximumSize)
            throw new MqttException($"a packet of {size} bytes, {maximumSize} are allowed", Reason.PacketTooLarge);
        return size;
    }
}
