using System.Text;
using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Tests.Broker;

public sealed class RoutingTests
{
    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V50)]
    public async Task Message_ForASubscriber_ComesWithTheLowerQos(MqttProtocolVersion version)
    {
        await using var broker = await TestBroker.StartAsync();
        using var subscriber = await broker.ConnectAsync("s", version);
        Assert.Equal([0, 1, 2], await subscriber.SubscribeAsync(
            new TopicRequest("zero/#", MqttQos.AtMostOnce), new TopicRequest("one/#", MqttQos.AtLeastOnce),
            new TopicRequest("two/#", MqttQos.ExactlyOnce)));
        using var publisher = await broker.ConnectAsync("p", version);
        await publisher.PublishAsync("zero/a", "a", MqttQos.AtLeastOnce, 1);
        await publisher.PublishAsync("one/b", "b", MqttQos.AtLeastOnce, 2);
        await publisher.PublishAsync("one/c", "c", retain: true);
        await publisher.PublishAsync("two/d", "d", MqttQos.AtLeastOnce, 3);
        var messages = new List<RawMessage>();
        for (var i = 0; i < 4; i++) messages.Add(await subscriber.ReadMessageAsync());
        Assert.Equal(
            [("zero/a", "a", 0), ("one/b", "b", 1), ("one/c", "c", 0), ("two/d", "d", 1)],
            messages.Select(m => (m.Topic, m.Payload, (int)m.Qos)));
        Assert.All(messages, m => Assert.False(m.Retain || m.Duplicate));
        await Eventually.TrueAsync(() => broker.Broker.Statistics is { Received: 4, Sent: 4 }, "all are counted");
    }

    [Fact]
    public async Task Subscriptions_ThatOverlap_GetOneMessage()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await broker.ConnectAsync();
        await client.SubscribeAsync(new TopicRequest("a/#", MqttQos.AtMostOnce), new TopicRequest("a/+", MqttQos.AtLeastOnce));
        await client.PublishAsync("a/b", "x", MqttQos.AtLeastOnce, 1);
        Assert.Equal(MqttQos.AtLeastOnce, (await client.ReadMessageAsync()).Qos);
        Assert.Equal(1, await client.ReadPubackAsync());
        await client.AssertNothingAsync();
    }

    [Fact]
    public async Task Unsubscribe_OfAFilter_EndsIt()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await broker.ConnectAsync();
        await client.SubscribeAsync("a/#");
        await client.SendAsync(new UnsubscribePacket(4, ["a/#", "b"]).Write(client.Version));
        var unsuback = SubackPacket.Read((await client.ReadAsync())!.Body, client.Version);
        Assert.Equal([Reason.Success, Reason.NoSubscriptionExisted], unsuback.Reasons);
        await client.PublishAsync("a/b", "x");
        await client.AssertNothingAsync();
    }

    [Fact]
    public async Task Subscribe_ToWhatIsNotPossible_IsAnsweredPerFilter()
    {
        await using var broker = await TestBroker.StartAsync(o => o.MaximumSubscriptionsPerClient = 2);
        using var client = await broker.ConnectAsync();
        Assert.Equal([0x8F, 0x8F, 1], await client.SubscribeAsync(
            new TopicRequest("a/#/b", MqttQos.AtLeastOnce), new TopicRequest("$share/g+/a", MqttQos.AtLeastOnce),
            new TopicRequest("a", MqttQos.AtLeastOnce)));
        Assert.Equal([1, 0x97, 0], await client.SubscribeAsync(
            new TopicRequest("b", MqttQos.AtLeastOnce), new TopicRequest("c", MqttQos.AtLeastOnce),
            new TopicRequest("a", MqttQos.AtMostOnce)));
        using var old = await broker.ConnectAsync("old", MqttProtocolVersion.V311);
        Assert.Equal([0x80, 1], await old.SubscribeAsync(
            new TopicRequest("a+", MqttQos.AtLeastOnce), new TopicRequest("a", MqttQos.AtLeastOnce)));
    }

    [Fact]
    public async Task Subscription_WithNoLocal_DoesNotGetItsOwnMessages()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await broker.ConnectAsync("one");
        await client.SubscribeAsync(new TopicRequest("a", MqttQos.AtMostOnce, NoLocal: true));
        await client.PublishAsync("a", "mine");
        await client.AssertNothingAsync();
        using var other = await broker.ConnectAsync("two");
        await other.PublishAsync("a", "other");
        Assert.Equal("other", (await client.ReadMessageAsync()).Payload);
    }

    [Fact]
    public async Task Properties_OfAMessage_AreForwardedTo5AndLeftOutFor311()
    {
        await using var broker = await TestBroker.StartAsync();
        using var five = await broker.ConnectAsync("5");
        await five.SubscribeAsync("a", MqttQos.AtMostOnce);
        using var three = await broker.ConnectAsync("3", MqttProtocolVersion.V311);
        await three.SubscribeAsync("a", MqttQos.AtMostOnce);
        using var publisher = await broker.ConnectAsync("p");
        var properties = new PacketBuilder().Number(Property.PayloadFormatIndicator, 1).Byte((byte)Property.UserProperty).Text("k").Text("v")
            .TextIfAny(Property.ContentType, "text/plain").Number(Property.MessageExpiryInterval, 60).Written.ToArray();
        await publisher.PublishAsync("a", "x", properties: properties);
        Assert.Equal(properties, (await five.ReadMessageAsync()).Properties);
        Assert.Equal("x", (await three.ReadMessageAsync()).Payload);
    }

    [Fact]
    public async Task Message_LargerThanTheClientTakes_IsNotSentToItAndCounted()
    {
        await using var broker = await TestBroker.StartAsync();
        using var small = await broker.ConnectAsync("small", with: c => c with { MaximumPacketSize = 100 });
        await small.SubscribeAsync("a");
        using var publisher = await broker.ConnectAsync("p");
        await publisher.PublishAsync("a", new string('x', 200), MqttQos.AtLeastOnce, 1);
        await publisher.PublishAsync("a", new string('x', 200));
        await publisher.PublishAsync("a", "fits");
        Assert.Equal("fits", (await small.ReadMessageAsync()).Payload);
        Assert.Equal(2, broker.Broker.Statistics.Dropped);
    }

    [Fact]
    public async Task Publish_FromWithinTheProcess_ReachesHandlersAndTheNetwork()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await broker.ConnectAsync();
        await client.SubscribeAsync("a");
        var owed = new TaskCompletionSource<MqttAcknowledgement>();
        using var subscription = await broker.SubscribeAsync("a", (in MqttMessage message) =>
        {
            owed.SetResult(message.Acknowledgement);
            return ValueTask.CompletedTask;
        });
        var publishing = broker.PublishAsync("a", "x"u8.ToArray(), MqttQos.AtLeastOnce, retain: false).AsTask();
        Assert.Equal("x", (await client.ReadMessageAsync()).Payload);
        Assert.False(publishing.IsCompleted);
        (await owed.Task).Complete();
        await publishing;
        await Assert.ThrowsAsync<ArgumentException>(
            async () => await broker.PublishAsync("a/+", default, MqttQos.AtMostOnce, false));
        await Assert.ThrowsAsync<ArgumentException>(async () => await broker.SubscribeAsync("a/#/b", static (in MqttMessage _) => default));
    }

    [Fact]
    public async Task Subscription_WithinTheProcessThatIsDisposed_GetsNothingMore()
    {
        await using var broker = await TestBroker.StartAsync();
        var seen = 0;
        var subscription = await broker.SubscribeAsync("#", (in MqttMessage _) =>
        {
            seen++;
            return ValueTask.CompletedTask;
        });
        await broker.PublishAsync("a", default, MqttQos.AtMostOnce, false);
        subscription.Dispose();
        await broker.PublishAsync("a", default, MqttQos.AtLeastOnce, false);
        Assert.Equal(1, seen);
    }

    [Fact]
    public async Task Message_LargerThanOneRead_ArrivesWhole()
    {
        await using var broker = await TestBroker.StartAsync();
        var payload = string.Concat(Enumerable.Range(0, 200_000).Select(i => (char)('a' + (i % 26))));
        var seen = new TaskCompletionSource<string>();
        using var subscription = await broker.SubscribeAsync("big", (in MqttMessage message) =>
        {
            seen.SetResult(Encoding.UTF8.GetString(message.Payload));
            message.Acknowledgement.Complete();
            return ValueTask.CompletedTask;
        });
        using var client = await broker.ConnectAsync();
        await client.PublishAsync("big", payload, MqttQos.AtLeastOnce, 1);
        Assert.Equal(1, await client.ReadPubackAsync());
        Assert.Equal(payload, await seen.Task);
    }
}
