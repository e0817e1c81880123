using System.Net.Sockets;

namespace Plantroom.Benchmarks;

/// <summary>A bare subscriber to everything with quality of service 1: acknowledges, counts, and does nothing else.</summary>
internal sealed class RawSubscriber : IDisposable
{
    private readonly Socket socket;
    private readonly Thread thread;
    private readonly int expected;

    public RawSubscriber(int port, int expected)
    {
        this.expected = expected;
        socket = RawMqtt.Connect(port, "bench-subscriber");
        socket.Send([0x82, 6, 0, 1, 0, 1, (byte)'#', 1]);
        RawMqtt.ReadExactly(socket, 5);
        thread = new Thread(Read) { IsBackground = true };
        thread.Start();
    }

    /// <summary>Waits until everything has come.</summary>
    public void Wait() => thread.Join();

    public void Dispose() => socket.Dispose();

    /// <summary>Packets of this benchmark are shorter than 130 bytes, so their length is one byte.</summary>
    private void Read()
    {
        var buffer = new byte[64 * 1024];
        var acknowledgements = new byte[32 * 1024];
        int filled = 0, received = 0;
        while (received < expected)
        {
            var got = socket.Receive(buffer.AsSpan(filled));
            if (got == 0) return;
            filled += got;
            int at = 0, answered = 0;
            while (filled - at >= 2 && filled - at >= 2 + buffer[at + 1])
            {
                var length = 2 + buffer[at + 1];
                var topic = (buffer[at + 2] << 8) | buffer[at + 3];
                acknowledgements[answered++] = 0x40;
                acknowledgements[answered++] = 2;
                acknowledgements[answered++] = buffer[at + 4 + topic];
                acknowledgements[answered++] = buffer[at + 5 + topic];
                received++;
                at += length;
            }

            buffer.AsSpan(at, filled - at).CopyTo(buffer);
            filled -= at;
            if (answered > 0) socket.Send(acknowledgements.AsSpan(0, answered));
        }
    }
}
