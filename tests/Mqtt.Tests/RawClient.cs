using System.Net;
using System.Net.Sockets;
using System.Text;
using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Tests;

/// <summary>A client that sends bytes as they are given and reads packets one by one; it checks nothing and answers nothing.</summary>
internal sealed class RawClient(Socket socket) : IDisposable
{
    private readonly NetworkStream stream = new(socket, ownsSocket: true);

    public MqttProtocolVersion Version { get; private set; } = MqttProtocolVersion.V50;

    public ConnackPacket Connack { get; private set; } = new();

    public static async Task<RawClient> OpenAsync(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
        return new RawClient(socket);
    }

    public async Task<ConnackPacket> ConnectAsync(ConnectPacket connect)
    {
        Version = connect.Version;
        await SendAsync(connect.Write());
        var packet = await ReadAsync();
        Assert.NotNull(packet);
        Assert.Equal(PacketType.Connack, packet.Type);
        return Connack = ConnackPacket.Read(packet.Body, connect.Version);
    }

    public async Task SendAsync(params byte[] bytes) => await stream.WriteAsync(bytes, TestContext.Current.CancellationToken);

    public Task PublishAsync(string topic, string payload, MqttQos qos = MqttQos.AtMostOnce, ushort id = 0, bool retain = false,
        bool duplicate = false, byte[]? properties = null) =>
        SendAsync(Publish(topic, payload, qos, id, retain, duplicate, properties));

    public byte[] Publish(string topic, string payload, MqttQos qos = MqttQos.AtMostOnce, ushort id = 0, bool retain = false,
        bool duplicate = false, byte[]? properties = null)
    {
        var packet = new PublishPacket
        {
            Topic = Encoding.UTF8.GetBytes(topic), Payload = Encoding.UTF8.GetBytes(payload), Properties = properties ?? [],
        };
        var bytes = new byte[packet.Size(qos, Version)];
        packet.Write(bytes, qos, retain, duplicate, id, Version);
        return bytes;
    }

    /// <summary>Subscribes and reads SUBACK.</summary>
    public async Task<byte[]> SubscribeAsync(params TopicRequest[] topics)
    {
        await SendAsync(new SubscribePacket(1, topics).Write(Version));
        var packet = await ReadAsync();
        Assert.Equal(PacketType.Suback, packet?.Type);
        return SubackPacket.Read(packet!.Body, Version).Reasons;
    }

    public Task<byte[]> SubscribeAsync(string filter, MqttQos qos = MqttQos.AtLeastOnce) => SubscribeAsync(new TopicRequest(filter, qos));

    public Task AcknowledgeAsync(ushort id) => SendAsync(new AcknowledgementPacket(id, 0).Write(PacketType.Puback, Version));

    /// <summary>The next packet; null at the end of the connection.</summary>
    public async Task<RawPacket?> ReadAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(10));
        try
        {
            var header = new byte[1];
            if (await stream.ReadAsync(header, patience.Token) == 0) return null;
            var length = 0;
            for (var shift = 0; ; shift += 7)
            {
                var digit = new byte[1];
                await stream.ReadExactlyAsync(digit, patience.Token);
                length |= (digit[0] & 0x7F) << shift;
                if (digit[0] < 0x80) break;
            }

            var body = new byte[length];
            await stream.ReadExactlyAsync(body, patience.Token);
            return new RawPacket(header[0], body);
        }
        catch (IOException)
        {
            return null;
        }
    }

    public async Task<RawMessage> ReadMessageAsync()
    {
        var packet = await ReadAsync();
        Assert.Equal(PacketType.Publish, packet?.Type);
        return RawMessage.Read(packet!, Version);
    }

    /// <summary>The identifier of the PUBACK that comes next.</summary>
    public async Task<ushort> ReadPubackAsync()
    {
        var packet = await ReadAsync();
        Assert.Equal(PacketType.Puback, packet?.Type);
        return AcknowledgementPacket.Read(packet!.Body, Version).PacketId;
    }

    public Task AnswerAsync(PacketType type, ushort id, byte reason = Reason.Success)
    {
        var bytes = new byte[Answer.MaximumSize];
        var size = new Answer(type, id, reason).Write(bytes);
        return SendAsync(bytes[..size]);
    }

    /// <summary>The PUBACK, PUBREC, PUBREL or PUBCOMP that comes next.</summary>
    public async Task<Answer> ReadAnswerAsync()
    {
        var packet = await ReadAsync();
        Assert.NotNull(packet);
        Assert.True(packet.Type is >= PacketType.Puback and <= PacketType.Pubcomp, $"{packet.Type}");
        var answer = AcknowledgementPacket.Read(packet.Body, Version);
        return new Answer(packet.Type, answer.PacketId, answer.Reason);
    }

    /// <summary>Checks that exactly these messages come, and nothing after them.</summary>
    public async Task AssertMessagesAsync(params string[] payloads)
    {
        foreach (var payload in payloads) Assert.Equal(payload, (await ReadMessageAsync()).Payload);
        await AssertNothingAsync();
    }

    /// <summary>Checks that nothing came before the answer to a PINGREQ that is sent now.</summary>
    public async Task AssertNothingAsync()
    {
        await SendAsync(SmallPackets.Pingreq.ToArray());
        Assert.Equal(PacketType.Pingresp, (await ReadAsync())?.Type);
    }

    /// <summary>The reason code of the DISCONNECT that comes next, after which the connection ends.</summary>
    public async Task<byte> ReadDisconnectAsync()
    {
        var packet = await ReadAsync();
        Assert.Equal(PacketType.Disconnect, packet?.Type);
        Assert.Null(await ReadAsync());
        return DisconnectPacket.Read(packet!.Body, Version).Reason;
    }

    public void Dispose() => stream.Dispose();
}

/// <summary>A packet as bytes.</summary>
internal sealed record RawPacket(byte Header, byte[] Body)
{
    public PacketType Type => (PacketType)(Header >> 4);
}

/// <summary>A PUBLISH that was received.</summary>
internal sealed record RawMessage(
    string Topic, string Payload, MqttQos Qos, bool Retain, bool Duplicate, ushort Id, byte[] Properties)
{
    public ushort Alias { get; init; }

    public IReadOnlyList<int> Identifiers => new MqttProperties(Properties).SubscriptionIdentifiers();

    public static RawMessage Read(RawPacket packet, MqttProtocolVersion version)
    {
        var publish = PublishPacket.Read(packet.Header, packet.Body, version, fromBroker: true);
        return new RawMessage(
            Encoding.UTF8.GetString(publish.Topic), Encoding.UTF8.GetString(publish.Payload), publish.Qos, publish.Retain,
            publish.Duplicate, publish.PacketId, publish.Properties.ToArray())
        {
            Alias = publish.TopicAlias,
        };
    }
}
