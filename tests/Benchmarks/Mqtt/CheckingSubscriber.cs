using System.Diagnostics;
using System.Net.Sockets;

namespace Plantroom.Benchmarks.Mqtt;

/// <summary>
/// A subscriber to everything on the bare socket. It acknowledges, counts, and looks at the number of every message: a topic whose
/// numbers go backwards is counted as disordered, a gap as lost.
/// </summary>
internal sealed class CheckingSubscriber : IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    private readonly Socket socket;
    private readonly Thread thread;
    private readonly int expected;
    private readonly int[] next = new int[MessageStream.Topics];
    private readonly byte[] buffer = new byte[256 * 1024];
    private readonly byte[] answers = new byte[16 * 1024];
    private readonly List<double>? delays;
    private int answered;

    /// <param name="port">The broker's.</param>
    /// <param name="qos">0 or 1.</param>
    /// <param name="expected">Messages that it waits for.</param>
    /// <param name="timed">Whether it keeps how long each message took.</param>
    public CheckingSubscriber(int port, int qos, int expected, bool timed)
    {
        this.expected = expected;
        delays = timed ? new(expected) : null;
        socket = RawMqtt.Connect(port, "bench-subscriber");
        socket.Send([0x82, 6, 0, 1, 0, 1, (byte)'#', (byte)qos]);
        RawMqtt.ReadExactly(socket, 5);
        LastReceived = Stopwatch.GetTimestamp();
        thread = new Thread(Read) { IsBackground = true };
        thread.Start();
    }

    public int Received { get; private set; }

    public int Disordered { get; private set; }

    /// <summary>When the last message came, in ticks of <see cref="Stopwatch"/>.</summary>
    public long LastReceived { get; private set; }

    /// <summary>Waits until everything has come, or nothing has come for two seconds: then the rest is lost.</summary>
    public void Wait()
    {
        while (!thread.Join(Quiet))
        {
            if (Stopwatch.GetElapsedTime(LastReceived) < Quiet) continue;
            socket.Shutdown(SocketShutdown.Both);
            thread.Join();
        }
    }

    /// <summary>The delay that this share of the messages stayed within, in milliseconds.</summary>
    public double Delay(double share)
    {
        delays!.Sort();
        return delays[(int)((delays.Count - 1) * share)];
    }

    public void Dispose() => socket.Dispose();

    private void Read()
    {
        var filled = 0;
        while (Received < expected)
        {
            var got = socket.Receive(buffer.AsSpan(filled));
            if (got == 0) return;
            LastReceived = Stopwatch.GetTimestamp();
            filled += got;
            var used = Take(buffer.AsSpan(0, filled));
            buffer.AsSpan(used, filled - used).CopyTo(buffer);
            filled -= used;
            SendAnswers();
        }
    }

    /// <returns>The bytes of whole packets.</returns>
    private int Take(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (bytes.Length - at > 3)
        {
            var rest = bytes[at..];
            var size = 3 + (rest[1] & 0x7F) + (rest[2] << 7);
            if (rest[1] < 0x80 || rest[2] >= 0x80 || rest[0] >> 4 != 3) throw new InvalidOperationException("Not a packet of this benchmark.");
            if (rest.Length < size) break;
            Check(rest[..size]);
            at += size;
        }

        return at;
    }

    private void Check(ReadOnlySpan<byte> packet)
    {
        var payload = packet[^MessageStream.PayloadSize..];
        var (topic, number) = MessageStream.Read(payload);
        if (number < next[topic]) Disordered++;
        next[topic] = number + 1;
        Received++;
        delays?.Add(Stopwatch.GetElapsedTime(MessageStream.SentAt(payload), LastReceived).TotalMilliseconds);
        if ((packet[0] & 6) == 0) return;
        var id = packet[^(MessageStream.PayloadSize + 2)..];
        ((ReadOnlySpan<byte>)[0x40, 2, id[0], id[1]]).CopyTo(answers.AsSpan(answered));
        answered += 4;
        if (answered == answers.Length) SendAnswers();
    }

    private void SendAnswers()
    {
        if (answered > 0) socket.Send(answers.AsSpan(0, answered));
        answered = 0;
    }
}
