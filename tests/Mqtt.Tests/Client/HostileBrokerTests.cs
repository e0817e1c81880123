using System.Net;
using System.Net.Sockets;
using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Tests.Client;

/// <summary>Whatever a broker says, the client lives: it ends the connection at worst, makes it again, and keeps its memory.</summary>
public sealed class HostileBrokerTests
{
    private const int Rounds = 400;

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V50)]
    public async Task Bytes_MutatedAtRandom_CostTheConnectionAtMost(MqttProtocolVersion version)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var random = new Random(7);
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await using var client = TestClient.Create(port, o =>
            (o.ProtocolVersion, o.ClientId, o.TopicAliasMaximum, o.ConnectTimeout) = (version, "c", 8, TimeSpan.FromMilliseconds(200)));
        var subscribing = client.SubscribeAsync("#", MqttQos.ExactlyOnce);
        var connecting = client.Client.ConnectAsync(TestContext.Current.CancellationToken);
        for (var round = 0; round < Rounds; round++)
        {
            using var peer = new RawClient(await listener.AcceptSocketAsync(TestContext.Current.CancellationToken)) { Version = version };
            try
            {
                await peer.ReadAsync();
                var (connack, rest) = Talk(peer);
                if (round % 4 != 0) await peer.SendAsync(connack);
                else rest = [.. connack, .. rest];
                if (round > 0) Mutate(random, ref rest);
                await peer.SendAsync(rest);
            }
            catch (IOException)
            {
                // It has had enough.
            }
        }

        using var last = new RawClient(await listener.AcceptSocketAsync(TestContext.Current.CancellationToken)) { Version = version };
        await last.ReadAsync();
        await last.SendAsync(new ConnackPacket().Write(version));
        await last.PublishAsync("the/end", "x");
        while ((await client.SeenAsync()).Topic != "the/end")
        {
            // What came whole before.
        }

        await connecting;
        GC.KeepAlive(subscribing);
    }

    [Fact]
    public async Task Broker_ThatAsksAndDoesNotRead_IsLeftBeforeItsAnswersFillTheMemory()
    {
        using var broker = new ScriptedBroker();
        var (client, peer) = await broker.ConnectAsync();
        await using var _ = client;
        using var __ = peer;
        var flood = new byte[4 * 65_536];
        for (var i = 0; i < flood.Length; i += 4) new Answer(PacketType.Pubrec, (ushort)((i % 60_000) + 1)).Write(flood.AsSpan(i));
        var sent = 0L;
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            for (; sent < 256L << 20; sent += flood.Length) await peer.SendAsync(flood);
        });
        Assert.True(sent < 256L << 20);
    }

    private static (byte[] Connack, byte[] Others) Talk(RawClient peer) => (new ConnackPacket { SessionPresent = true }.Write(peer.Version),
    [
        .. new SubackPacket(61_441, [2]).Write(PacketType.Suback, peer.Version),
        .. peer.Publish("a/b", "hello", MqttQos.AtLeastOnce, 1),
        .. peer.Publish("a/b", "hello", MqttQos.ExactlyOnce, 2),
        .. Bytes(PacketType.Pubrel, 2), .. Bytes(PacketType.Puback, 9), .. Bytes(PacketType.Pubrec, 10), .. Bytes(PacketType.Pubcomp, 11),
        .. SmallPackets.Pingresp,
        .. peer.Version == MqttProtocolVersion.V50 ? peer.Publish("a/c", "x", properties: [(byte)Property.TopicAlias, 0, 3]) : [],
        .. peer.Publish("a/b", "bye"),
    ]);

    private static byte[] Bytes(PacketType type, ushort id)
    {
        var bytes = new byte[Answer.MaximumSize];
        return bytes[..new Answer(type, id).Write(bytes)];
    }

    private static void Mutate(Random random, ref byte[] bytes)
    {
        var list = bytes.ToList();
        for (var i = random.Next(1, 6); i > 0 && list.Count > 1; i--)
        {
            var at = random.Next(list.Count);
            switch (random.Next(4))
            {
                case 0: list[at] = (byte)random.Next(256); break;
                case 1: list[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: list.RemoveRange(at, Math.Min(list.Count - at, random.Next(1, 5))); break;
                default: list.InsertRange(at, Enumerable.Range(0, random.Next(1, 5)).Select(_ => (byte)random.Next(256))); break;
            }
        }

        bytes = [.. list];
    }
}
