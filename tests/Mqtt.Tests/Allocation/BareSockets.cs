using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Plantroom.Mqtt.Tests.Allocation;

/// <summary>Sends the same batch of messages again and again, and takes their PUBACKs.</summary>
internal sealed class BarePublisher : IDisposable
{
    public const int Batch = 500, PayloadSize = 120;

    private readonly Socket socket;
    private readonly byte[] packets;
    private readonly byte[] answers;

    public BarePublisher(int port, int qos)
    {
        socket = BareSocket.Connect(port, "pub");
        packets = [.. Enumerable.Range(1, Batch).SelectMany(i => Packet((ushort)i, qos))];
        answers = new byte[qos * Batch * 4];
    }

    public void Publish()
    {
        socket.Send(packets);
        BareSocket.ReadExactly(socket, answers);
    }

    public void Dispose() => socket.Dispose();

    /// <summary>A message of 130 bytes and more, whose length takes two bytes.</summary>
    private static byte[] Packet(ushort id, int qos)
    {
        byte[] topic = [0, 4, .. "a/b"u8, (byte)('0' + (id % 10))];
        byte[] body = qos == 0 ? [.. topic, .. new byte[PayloadSize]] : [.. topic, (byte)(id >> 8), (byte)id, .. new byte[PayloadSize]];
        return body.Length < 128 ? [(byte)(0x30 | qos << 1), (byte)body.Length, .. body]
            : [(byte)(0x30 | qos << 1), (byte)(body.Length | 0x80), 1, .. body];
    }
}

/// <summary>Subscribes to everything and acknowledges it. A ping after the acknowledgements tells when the broker has them: were they late,
/// it would have to keep copies of what it may not send yet.</summary>
internal sealed class BareSubscriber : IDisposable
{
    private readonly Socket socket;
    private readonly int qos;
    private readonly byte[] packets;
    private readonly byte[] answers;
    private readonly byte[] pong = new byte[2];
    private readonly int size;

    public BareSubscriber(int port, int qos)
    {
        this.qos = qos;
        size = 2 + 6 + BarePublisher.PayloadSize + (qos * 3);
        packets = new byte[size * BarePublisher.Batch];
        answers = [.. new byte[qos * BarePublisher.Batch * 4], 0xC0, 0];
        socket = BareSocket.Connect(port, "sub");
        socket.Send([0x82, 6, 0, 1, 0, 1, (byte)'#', (byte)qos]);
        BareSocket.ReadExactly(socket, new byte[5]);
    }

    public void ReadBatch()
    {
        BareSocket.ReadExactly(socket, packets);
        for (var i = 0; i < BarePublisher.Batch * qos; i++)
        {
            var id = BinaryPrimitives.ReadUInt16BigEndian(packets.AsSpan(((i + 1) * size) - BarePublisher.PayloadSize - 2));
            BinaryPrimitives.WriteUInt32BigEndian(answers.AsSpan(i * 4), 0x40020000u | id);
        }

        socket.Send(answers);
        BareSocket.ReadExactly(socket, pong);
    }

    public void Dispose() => socket.Dispose();
}

/// <summary>Blocking calls on a socket, which leave nothing on the heap.</summary>
internal static class BareSocket
{
    public static Socket Connect(int port, string clientId)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, port);
        socket.Send([0x10, (byte)(12 + clientId.Length), 0, 4, .. "MQTT"u8, 4, 2, 0, 0, 0, (byte)clientId.Length, .. clientId.Select(c => (byte)c)]);
        ReadExactly(socket, new byte[4]);
        return socket;
    }

    public static void ReadExactly(Socket socket, byte[] target)
    {
        for (var read = 0; read < target.Length;)
        {
            var received = socket.Receive(target, read, target.Length - read, SocketFlags.None);
            if (received == 0) throw new InvalidOperationException("The connection was closed.");
            read += received;
        }
    }
}
