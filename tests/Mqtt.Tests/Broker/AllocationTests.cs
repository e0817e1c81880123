using System.Net;
using System.Net.Sockets;
using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Tests.Broker;

/// <summary>Tests that count the bytes of the whole process, and so run alone.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class RunsAlone;

/// <summary>The way of a message through the broker takes nothing from the heap, whatever travels with it.</summary>
[Collection(typeof(RunsAlone))]
public sealed class AllocationTests
{
    private const int Batch = 2000, WarmUp = 10, Batches = 30;

    [Theory]
    [InlineData(MqttQos.AtMostOnce, false)]
    [InlineData(MqttQos.AtLeastOnce, false)]
    [InlineData(MqttQos.ExactlyOnce, false)]
    [InlineData(MqttQos.AtLeastOnce, true)]
    public async Task Messages_ThroughTheBroker_AllocateNothing(MqttQos qos, bool aliases)
    {
        await using var broker = await TestBroker.StartAsync(o => o.SysInterval = TimeSpan.Zero);
        using var subscriber = await OpenAsync(broker, "s", 1000);
        Exchange(subscriber, new SubscribePacket(1, [new("topic/#", MqttQos.AtMostOnce)], 5).Write(MqttProtocolVersion.V50), 6);
        using var publisher = await OpenAsync(broker, "p", 0);
        var batch = Publications(qos, aliases);
        var releases = Enumerable.Range(1, Batch).SelectMany(id => Bytes(new Answer(PacketType.Pubrel, (ushort)id))).ToArray();
        var delivered = Delivered();
        var before = 0L;
        for (var i = 0; i < WarmUp + Batches; i++)
        {
            if (i == WarmUp) before = GC.GetTotalAllocatedBytes(precise: true);
            Exchange(publisher, batch, qos == MqttQos.AtMostOnce ? 0 : Batch * 4);
            if (qos == MqttQos.ExactlyOnce) Exchange(publisher, releases, Batch * 4);
            Read(subscriber, i == 0 ? delivered + "topic/a".Length : delivered);
        }

        var perMessage = (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)(Batch * Batches);

        // A read and a write of the sockets may take some bytes, for hundreds of messages.
        Assert.True(perMessage < 8, $"{perMessage:F2} bytes for each message");
    }

    /// <summary>Bytes that a batch takes at the subscriber once the alias is known.</summary>
    private static int Delivered()
    {
        var form = new PublishForm(MqttQos.AtMostOnce, MqttProtocolVersion.V50) { Identifiers = [0x0B, 5], TopicAlias = 1, OmitsTopic = true };
        return Batch * Message().Size(form);
    }

    private static PublishPacket Message() => new() { Topic = "topic/a"u8, Payload = "0123456789"u8 };

    private static byte[] Publications(MqttQos qos, bool aliases)
    {
        var all = new List<byte>();
        for (ushort id = 1; id <= Batch; id++)
        {
            var form = new PublishForm(qos, MqttProtocolVersion.V50)
            {
                PacketId = id, TopicAlias = aliases ? (ushort)1 : (ushort)0, OmitsTopic = aliases && id > 1,
            };
            var bytes = new byte[Message().Size(form)];
            Message().Write(bytes, form);
            all.AddRange(bytes);
        }

        return [.. all];
    }

    private static byte[] Bytes(Answer answer)
    {
        var bytes = new byte[answer.Size];
        answer.Write(bytes);
        return bytes;
    }

    private static async Task<Socket> OpenAsync(TestBroker broker, string id, ushort aliases)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 10_000 };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, broker.Port));
        socket.Send(new ConnectPacket { ClientId = id, TopicAliasMaximum = aliases }.Write());
        var connack = new byte[2];
        Assert.Equal(2, socket.Receive(connack));
        Read(socket, connack[1]);
        return socket;
    }

    private static void Exchange(Socket socket, byte[] request, int answer)
    {
        socket.Send(request);
        Read(socket, answer);
    }

    /// <summary>Reads so many bytes on this thread, into one buffer.</summary>
    private static void Read(Socket socket, int count)
    {
        Span<byte> buffer = stackalloc byte[16_384];
        while (count > 0)
        {
            var read = socket.Receive(buffer[..Math.Min(count, buffer.Length)]);
            Assert.NotEqual(0, read);
            count -= read;
        }
    }
}
