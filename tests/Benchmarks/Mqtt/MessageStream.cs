using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Plantroom.Benchmarks.Mqtt;

/// <summary>
/// The messages of one publisher: its share of a thousand topics in turn, each topic numbered from zero, as MQTT 3.1.1 packets that are
/// built beforehand but for their numbers.
/// <code>
/// payload, 120 bytes:  topic 4 B │ number within the topic 4 B │ when it was sent 8 B │ filler
/// </code>
/// </summary>
internal sealed class MessageStream
{
    public const int Topics = 1000, PayloadSize = 120;

    /// <summary>Identifiers run from 1 to this one; a multiple of nothing in particular.</summary>
    private const int Identifiers = 60_000;

    private readonly byte[][] packets;
    private readonly int payloadAt;
    private readonly bool acknowledged;
    private long sent;

    /// <param name="first">The first of its topics.</param>
    /// <param name="step">From one topic of its to the next: how many publishers there are.</param>
    /// <param name="qos">0 or 1.</param>
    public MessageStream(int first, int step, int qos)
    {
        acknowledged = qos > 0;
        packets = [.. Enumerable.Range(0, Topics).Where(t => t % step == first).Select(topic => Packet(topic, qos))];
        payloadAt = packets[0].Length - PayloadSize;
        Size = packets[0].Length;
    }

    /// <summary>Bytes of each packet.</summary>
    public int Size { get; }

    /// <summary>The number of messages so far.</summary>
    public long Sent => sent;

    public static byte[] Topic(int number) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"plantroom/v1/in/bench/E-{number:D4}"));

    /// <summary>What the payload says: which topic, and the number within it.</summary>
    public static (int Topic, int Number) Read(ReadOnlySpan<byte> payload) =>
        (BinaryPrimitives.ReadInt32LittleEndian(payload), BinaryPrimitives.ReadInt32LittleEndian(payload[4..]));

    public static long SentAt(ReadOnlySpan<byte> payload) => BinaryPrimitives.ReadInt64LittleEndian(payload[8..]);

    /// <summary>Writes the next message.</summary>
    public void Write(Span<byte> target, long now)
    {
        var packet = packets[(int)(sent % packets.Length)];
        packet.CopyTo(target);
        var payload = target[payloadAt..];
        BinaryPrimitives.WriteInt32LittleEndian(payload[4..], (int)(sent / packets.Length));
        BinaryPrimitives.WriteInt64LittleEndian(payload[8..], now);
        if (acknowledged) BinaryPrimitives.WriteUInt16BigEndian(target[(payloadAt - 2)..], (ushort)((sent % Identifiers) + 1));
        sent++;
    }

    private static byte[] Packet(int topic, int qos)
    {
        var name = Topic(topic);
        var remaining = 2 + name.Length + (2 * qos) + PayloadSize;
        byte[] start = [(byte)(0x30 | qos << 1), (byte)(remaining | 0x80), (byte)(remaining >> 7), 0, (byte)name.Length, .. name];
        var packet = new byte[start.Length + (2 * qos) + PayloadSize];
        start.CopyTo(packet, 0);
        packet.AsSpan(packet.Length - PayloadSize).Fill((byte)'x');
        BinaryPrimitives.WriteInt32LittleEndian(packet.AsSpan(packet.Length - PayloadSize), topic);
        return packet;
    }
}
