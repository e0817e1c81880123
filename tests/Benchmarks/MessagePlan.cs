using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Plantroom.Benchmarks;

/// <summary>The messages that every contender gets: one reading each, spread evenly over the points, each with a time of its own.</summary>
internal sealed class MessagePlan(int points, DateTimeOffset start)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);
    private readonly byte[][] topics =
        [.. Enumerable.Range(0, points).Select(i => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"plantroom/v1/in/bench/E-{i:D4}")))];

    public int Points => points;

    /// <summary>Writes message <paramref name="number"/> as an MQTT 3.1.1 PUBLISH of quality of service 1.</summary>
    /// <returns>The bytes written; at most 200.</returns>
    public int Write(Span<byte> into, int number, ushort packetId)
    {
        var topic = topics[number % points];
        Span<byte> payload = stackalloc byte[100];
        var time = (start + (Step * (number / points))).ToUnixTimeMilliseconds();
        var value = number % 1000 / 10.0;
        if (!System.Text.Unicode.Utf8.TryWrite(payload, CultureInfo.InvariantCulture, $$$"""{"ts":{{{time}}},"values":{"v":{{{value}}}}}""", out var length))
            throw new InvalidOperationException("A payload is longer than planned.");

        var remaining = 2 + topic.Length + 2 + length;
        if (remaining > 127) throw new InvalidOperationException("A packet is longer than planned.");
        into[0] = 0x32;
        into[1] = (byte)remaining;
        BinaryPrimitives.WriteUInt16BigEndian(into[2..], (ushort)topic.Length);
        topic.CopyTo(into[4..]);
        BinaryPrimitives.WriteUInt16BigEndian(into[(4 + topic.Length)..], packetId);
        payload[..length].CopyTo(into[(6 + topic.Length)..]);
        return remaining + 2;
    }
}
