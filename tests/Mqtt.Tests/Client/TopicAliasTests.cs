using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Tests.Client;

/// <summary>Topic aliases of the client, both ways.</summary>
public sealed class TopicAliasTests
{
    private const string First = "site/first/topic", Second = "site/second/topic";

    private static readonly byte[] Alias1 = [0x23, 0, 1];

    [Fact]
    public async Task Publishes_ToABrokerThatAllowsAliases_NameTheirTopicOnceForEachConnection()
    {
        using var broker = new ScriptedBroker();
        var (client, first) = await broker.ConnectAsync(new ConnackPacket { TopicAliasMaximum = 1 });
        await using var _ = client;
        Task last;
        using (first)
        {
            await client.PublishAsync(First, "1", MqttQos.AtMostOnce);
            Assert.Equal((First, 1, "1"), await first.ReadAliasedAsync());
            await client.PublishAsync(First, "2", MqttQos.AtMostOnce);
            Assert.Equal(("", 1, "2"), await first.ReadAliasedAsync());
            await client.PublishAsync(Second, "3", MqttQos.AtMostOnce);
            Assert.Equal((Second, 0, "3"), await first.ReadAliasedAsync());
            last = client.PublishAsync(First, "4");
            Assert.Equal(("", 1, "4"), await first.ReadAliasedAsync());
        }

        using var second = await broker.AcceptAsync(new ConnackPacket { TopicAliasMaximum = 1, SessionPresent = true });
        Assert.Equal((First, 1, "4"), await second.ReadAliasedAsync());
        await second.AcknowledgeAsync(1);
        await last;
    }

    [Theory]
    [InlineData(0, 32)]
    [InlineData(10, 0)]
    public async Task Publishes_WhereAliasesAreNotAllowed_NameTheirTopicAlways(ushort allowed, int wanted)
    {
        using var broker = new ScriptedBroker();
        var (client, peer) = await broker.ConnectAsync(
            new ConnackPacket { TopicAliasMaximum = allowed }, o => o.OutboundTopicAliasMaximum = wanted);
        await using var _ = client;
        using var __ = peer;
        for (var i = 0; i < 2; i++)
        {
            await client.PublishAsync(First, "x", MqttQos.AtMostOnce);
            Assert.Equal((First, 0, "x"), await peer.ReadAliasedAsync());
        }
    }

    [Fact]
    public async Task Publish_ThatIsTooLargeWithAnAlias_GoesWithoutOne()
    {
        using var broker = new ScriptedBroker();
        var (client, peer) = await broker.ConnectAsync(new ConnackPacket { TopicAliasMaximum = 1, MaximumPacketSize = 50 });
        await using var _ = client;
        using var __ = peer;
        var payload = new string('x', 50 - 2 - 2 - First.Length - 1);
        await client.PublishAsync(First, payload, MqttQos.AtMostOnce);
        Assert.Equal((First, 0, payload), await peer.ReadAliasedAsync());
    }

    [Fact]
    public async Task Messages_WithAliases_ComeWithTheirTopics()
    {
        using var broker = new ScriptedBroker();
        var (client, peer) = await broker.ConnectAsync(configure: o => o.TopicAliasMaximum = 1);
        await using var _ = client;
        using var __ = peer;
        Assert.Equal(1, ConnectPacket.Read(broker.Connect).TopicAliasMaximum);
        var subscribing = client.SubscribeAsync("#");
        await peer.GrantAsync();
        await subscribing;
        await peer.PublishAsync(First, "1", properties: Alias1);
        await peer.PublishAsync("", "2", properties: Alias1);
        await peer.PublishAsync(Second, "3", properties: Alias1);
        await peer.PublishAsync("", "4", properties: Alias1);
        foreach (var expected in new[] { (First, "1"), (First, "2"), (Second, "3"), (Second, "4") })
            Assert.Equal(expected, await client.SeenAsync() is var m ? (m.Topic, m.Payload) : default);
    }

    [Fact]
    public async Task Message_WithAnAliasThatWasNotAllowed_EndsTheConnection()
    {
        using var broker = new ScriptedBroker();
        var (client, peer) = await broker.ConnectAsync();
        await using var _ = client;
        using var __ = peer;
        await peer.PublishAsync(First, "1", properties: Alias1);
        Assert.Equal(Reason.TopicAliasInvalid, await peer.ReadDisconnectAsync());
    }
}
