using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Tests.Broker;

public sealed class SubscriptionIdentifierTests
{
    [Fact]
    public async Task OwnMessage_OfAnOverlapWithNoLocal_CountsForTheOtherFilterOnly()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await broker.ConnectAsync("c");
        await client.SendAsync(new SubscribePacket(1, [new TopicRequest("a/#", MqttQos.AtLeastOnce, NoLocal: true)], 1).Write(client.Version));
        Assert.Equal(PacketType.Suback, (await client.ReadAsync())?.Type);
        await client.SendAsync(new SubscribePacket(2, [new TopicRequest("a/+", MqttQos.AtMostOnce)], 2).Write(client.Version));
        Assert.Equal(PacketType.Suback, (await client.ReadAsync())?.Type);
        await broker.PublishAsync("a/b", "x"u8.ToArray(), MqttQos.AtLeastOnce, retain: false);
        var other = await client.ReadMessageAsync();
        Assert.Equal((MqttQos.AtLeastOnce, "1 2"), (other.Qos, string.Join(' ', other.Identifiers.Order())));
        await client.PublishAsync("a/b", "own");
        await client.PublishAsync("a/b/c", "unseen");
        var own = await client.ReadMessageAsync();
        Assert.Equal(("own", MqttQos.AtMostOnce, "2"), (own.Payload, own.Qos, string.Join(' ', own.Identifiers)));
        await client.AssertNothingAsync();
    }

    [Fact]
    public async Task Message_ThatSeveralSubscriptionsMatch_ComesOnceWithAllIdentifiers()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await broker.ConnectAsync();
        await SubscribeAsync(client, 1, "a/#", MqttQos.AtMostOnce);
        await SubscribeAsync(client, 268_435_455, "a/+", MqttQos.ExactlyOnce);
        await SubscribeAsync(client, 0, "+/b", MqttQos.AtLeastOnce);
        await SubscribeAsync(client, 7, "other", MqttQos.AtLeastOnce);
        await broker.PublishAsync("a/b", "x"u8.ToArray(), MqttQos.ExactlyOnce, retain: false);
        var message = await client.ReadMessageAsync();
        Assert.Equal(MqttQos.ExactlyOnce, message.Qos);
        Assert.Equal([1, 268_435_455], message.Identifiers.Order());
        await client.AssertNothingAsync();
    }

    [Fact]
    public async Task Subscription_MadeAgain_GetsTheNewIdentifier()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await broker.ConnectAsync();
        await SubscribeAsync(client, 1, "a", MqttQos.AtMostOnce);
        await SubscribeAsync(client, 2, "a", MqttQos.AtMostOnce);
        await client.PublishAsync("a", "x");
        Assert.Equal([2], (await client.ReadMessageAsync()).Identifiers);
        await SubscribeAsync(client, 0, "a", MqttQos.AtMostOnce);
        await client.PublishAsync("a", "x");
        Assert.Empty((await client.ReadMessageAsync()).Identifiers);
    }

    [Fact]
    public async Task RetainedAndQueuedMessages_CarryTheIdentifierAndWhatTravelsWithThem()
    {
        await using var broker = await TestBroker.StartAsync();
        using var publisher = await broker.ConnectAsync("p");
        byte[] user = [0x26, 0, 1, (byte)'k', 0, 1, (byte)'1', 0x26, 0, 1, (byte)'k', 0, 1, (byte)'0'];
        await publisher.PublishAsync("a", "kept", MqttQos.AtLeastOnce, 1, retain: true, properties: user);
        Assert.Equal(1, await publisher.ReadPubackAsync());
        using (var first = await broker.ConnectAsync("s", with: c => c with { SessionExpiry = 600 }))
        {
            await SubscribeAsync(first, 9, "a", MqttQos.AtLeastOnce);
            Assert.Equal((byte[])[.. user, 0x0B, 9], (await first.ReadMessageAsync()).Properties);
        }

        await Eventually.TrueAsync(() => broker.Broker.Statistics.Connections == 1, "it is gone");
        await publisher.PublishAsync("a", "queued", MqttQos.AtLeastOnce, 2, properties: user);
        using var again = await broker.ConnectAsync("s", with: c => c with { CleanStart = false, SessionExpiry = 600 });
        Assert.Equal([9], (await again.ReadMessageAsync()).Identifiers);
        var queued = await again.ReadMessageAsync();
        Assert.Equal("queued", queued.Payload);
        Assert.Equal((byte[])[.. user, 0x0B, 9], queued.Properties);
    }

    [Fact]
    public async Task SharedSubscription_CarriesItsIdentifier()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await broker.ConnectAsync();
        await SubscribeAsync(client, 3, "$share/g/a", MqttQos.AtLeastOnce);
        await SubscribeAsync(client, 4, "a", MqttQos.AtLeastOnce);
        await client.PublishAsync("a", "x");
        var both = new[] { await client.ReadMessageAsync(), await client.ReadMessageAsync() };
        Assert.Equal([3, 4], both.SelectMany(m => m.Identifiers).Order());
    }

    private static async Task SubscribeAsync(RawClient client, uint identifier, string filter, MqttQos qos)
    {
        await client.SendAsync(new SubscribePacket(1, [new TopicRequest(filter, qos)], identifier).Write(client.Version));
        Assert.Equal(PacketType.Suback, (await client.ReadAsync())?.Type);
    }
}
