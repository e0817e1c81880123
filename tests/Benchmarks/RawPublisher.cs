using System.Net;
using System.Net.Sockets;

namespace Plantroom.Benchmarks;

/// <summary>
/// Publishes as fast as the other side acknowledges, with a fixed number of messages in flight. Written on the bare socket, so that the
/// same generator, costing the same, drives every contender.
/// </summary>
internal sealed class RawPublisher : IDisposable
{
    private const int Window = 2000;
    private readonly Socket socket;
    private long acknowledged;

    private RawPublisher(Socket socket) => this.socket = socket;

    public static RawPublisher Connect(int port, string clientId) => new(RawMqtt.Connect(port, clientId));

    /// <summary>Publishes the messages first, first + step, ... below end and returns when each is acknowledged.</summary>
    public void Publish(MessagePlan plan, int first, int step, int end)
    {
        var total = (end - first + step - 1) / step;
        var reader = new Thread(() => ReadAcknowledgements(total)) { IsBackground = true };
        reader.Start();

        var buffer = new byte[32 * 1024];
        var used = 0;
        long sent = 0;
        for (var number = first; number < end; number += step)
        {
            var waiting = new SpinWait();
            while (sent - Volatile.Read(ref acknowledged) >= Window)
            {
                Flush(buffer, ref used);
                waiting.SpinOnce();
            }

            used += plan.Write(buffer.AsSpan(used), number, (ushort)((sent % 60_000) + 1));
            sent++;
            if (used > buffer.Length - 256) Flush(buffer, ref used);
        }

        Flush(buffer, ref used);
        reader.Join();
    }

    public void Dispose() => socket.Dispose();

    private void Flush(byte[] buffer, ref int used)
    {
        var from = 0;
        while (from < used) from += socket.Send(buffer.AsSpan(from, used - from));
        used = 0;
    }

    /// <summary>A PUBACK of MQTT 3.1.1 is four bytes, and nothing else comes.</summary>
    private void ReadAcknowledgements(int total)
    {
        var buffer = new byte[16 * 1024];
        long bytes = 0;
        while (bytes < total * 4L)
        {
            var received = socket.Receive(buffer);
            if (received == 0) throw new InvalidOperationException("The connection was closed.");
            bytes += received;
            Volatile.Write(ref acknowledged, bytes / 4);
        }
    }
}

/// <summary>The few packets that the bare connections need.</summary>
internal static class RawMqtt
{
    public static Socket Connect(int port, string clientId)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, port);
        byte[] id = [.. System.Text.Encoding.UTF8.GetBytes(clientId)];
        socket.Send([0x10, (byte)(12 + id.Length), 0, 4, .. "MQTT"u8, 4, 2, 0, 0, 0, (byte)id.Length, .. id]);
        var answer = ReadExactly(socket, 4);
        return answer is [0x20, 2, _, 0] ? socket : throw new InvalidOperationException("The connection was refused.");
    }

    public static byte[] ReadExactly(Socket socket, int count)
    {
        var bytes = new byte[count];
        for (var read = 0; read < count;)
        {
            var received = socket.Receive(bytes, read, count - read, SocketFlags.None);
            if (received == 0) throw new InvalidOperationException("The connection was closed.");
            read += received;
        }

        return bytes;
    }
}
