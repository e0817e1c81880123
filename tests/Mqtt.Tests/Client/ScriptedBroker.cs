using System.Net;
using System.Net.Sockets;
using System.Text;
using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Tests.Client;

/// <summary>A broker whose every packet the test sends itself.</summary>
internal sealed class ScriptedBroker : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public ScriptedBroker() => listener.Start();

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>The CONNECT that came last, without its header.</summary>
    public byte[] Connect { get; private set; } = [];

    /// <summary>Takes the next connection and accepts its CONNECT.</summary>
    public async Task<RawClient> AcceptAsync(ConnackPacket? connack = null)
    {
        var peer = new RawClient(await listener.AcceptSocketAsync(TestContext.Current.CancellationToken));
        var packet = await peer.ReadAsync();
        Assert.Equal(PacketType.Connect, packet?.Type);
        Connect = packet!.Body;
        peer.Version = ConnectPacket.Read(Connect).Version;
        await peer.SendAsync((connack ?? new ConnackPacket()).Write(peer.Version));
        return peer;
    }

    /// <summary>A client that is connected, and the connection.</summary>
    public async Task<(TestClient Client, RawClient Peer)> ConnectAsync(
        ConnackPacket? connack = null, Action<MqttClientOptions>? configure = null, TimeProvider? time = null)
    {
        var client = TestClient.Create(Port, configure, time);
        var connecting = client.Client.ConnectAsync(TestContext.Current.CancellationToken);
        var peer = await AcceptAsync(connack);
        await connecting;
        return (client, peer);
    }

    public void Dispose() => listener.Dispose();
}

/// <summary>Short forms of what scripted brokers say.</summary>
internal static class Script
{
    public static async Task<SubscribePacket> GrantAsync(this RawClient peer, byte reason = 2)
    {
        var packet = SubscribePacket.Read((await peer.ReadAsync(PacketType.Subscribe)).Body, peer.Version);
        await peer.SendAsync(new SubackPacket(packet.PacketId, [reason]).Write(PacketType.Suback, peer.Version));
        return packet;
    }

    public static async Task<RawPacket> ReadAsync(this RawClient peer, PacketType type)
    {
        var packet = await peer.ReadAsync();
        Assert.Equal(type, packet?.Type);
        return packet!;
    }

    /// <summary>The identifier of an acknowledgement that comes next.</summary>
    public static async Task<ushort> ReadIdAsync(this RawClient peer, PacketType type) =>
        AcknowledgementPacket.Read((await peer.ReadAsync(type)).Body, peer.Version).PacketId;

    public static Task AnswerAsync(this RawClient peer, PacketType type, ushort id, byte reason = 0) =>
        peer.SendAsync(new AcknowledgementPacket(id, reason).Write(type, peer.Version));

    /// <summary>The next PUBLISH with its alias.</summary>
    public static async Task<(string Topic, ushort Alias, string Payload)> ReadAliasedAsync(this RawClient peer)
    {
        var raw = await peer.ReadAsync(PacketType.Publish);
        var packet = PublishPacket.Read(raw.Header, raw.Body, peer.Version);
        return (Encoding.UTF8.GetString(packet.Topic), packet.TopicAlias, Encoding.UTF8.GetString(packet.Payload));
    }
}
