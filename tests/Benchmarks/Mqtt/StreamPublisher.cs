using System.Net.Sockets;

namespace Plantroom.Benchmarks.Mqtt;

/// <summary>One publishing connection on the bare socket. Several of them take turns on one thread.</summary>
internal sealed class StreamPublisher(int port, string clientId, MessageStream stream, int qos, int window) : IDisposable
{
    private readonly Socket socket = RawMqtt.Connect(port, clientId);
    private readonly byte[] buffer = new byte[64 * 1024];
    private readonly byte[] answers = new byte[16 * 1024];
    private long answered;

    public Socket Socket => socket;

    /// <summary>Messages that are not acknowledged; with QoS 0 there are none.</summary>
    public long InFlight => qos == 0 ? 0 : stream.Sent - (answered / 4);

    public bool HasRoom => InFlight < window;

    /// <summary>Sends so many at once, or as many as may be in flight.</summary>
    /// <returns>How many.</returns>
    public int Send(int count, long now)
    {
        count = (int)Math.Min(Math.Min(count, buffer.Length / stream.Size), qos == 0 ? int.MaxValue : window - InFlight);
        for (var i = 0; i < count; i++) stream.Write(buffer.AsSpan(i * stream.Size), now);
        for (var from = 0; from < count * stream.Size;) from += socket.Send(buffer.AsSpan(from, (count * stream.Size) - from));
        return count;
    }

    /// <summary>Reads the acknowledgements that are there; in MQTT 3.1.1 each is four bytes, and nothing else comes.</summary>
    public void ReadAnswers()
    {
        while (qos > 0 && socket.Available > 0)
        {
            var received = socket.Receive(answers);
            if (received == 0) throw new InvalidOperationException("The connection was closed.");
            answered += received;
        }
    }

    public void Dispose() => socket.Dispose();
}
