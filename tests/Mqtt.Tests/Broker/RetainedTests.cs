using System.Text;
using Plantroom.Mqtt.Codec;
using Plantroom.TestKit;

namespace Plantroom.Mqtt.Tests.Broker;

public sealed class RetainedTests
{
    [Fact]
    public async Task Message_ThatIsRetained_ComesWithTheSubscriptionUntilAnEmptyOneRemovesIt()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await broker.ConnectAsync();
        await client.PublishAsync("a/1", "old", MqttQos.AtLeastOnce, 1, retain: true);
        await client.PublishAsync("a/1", "one", MqttQos.AtLeastOnce, 2, retain: true);
        await client.PublishAsync("a/2", "two", retain: true);
        Assert.Equal(1, await client.ReadPubackAsync());
        Assert.Equal(2, await client.ReadPubackAsync());
        await client.SubscribeAsync("a/+");
        var messages = new[] { await client.ReadMessageAsync(), await client.ReadMessageAsync() }.OrderBy(m => m.Topic).ToArray();
        Assert.Equal([("one", MqttQos.AtLeastOnce), ("two", MqttQos.AtMostOnce)], messages.Select(m => (m.Payload, m.Qos)));
        Assert.All(messages, m => Assert.True(m.Retain));
        await client.PublishAsync("a/1", "", retain: true);
        Assert.False((await client.ReadMessageAsync()).Retain);
        using var late = await broker.ConnectAsync("late");
        await late.SubscribeAsync("a/1");
        await late.AssertNothingAsync();
        await late.SubscribeAsync("a/2");
        Assert.Equal("two", (await late.ReadMessageAsync()).Payload);
    }

    [Fact]
    public async Task RetainHandling_OfASubscription_IsFollowed()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.PublishAsync("a", "x"u8.ToArray(), MqttQos.AtMostOnce, retain: true);
        using var client = await broker.ConnectAsync();
        await client.SubscribeAsync(new TopicRequest("a", MqttQos.AtMostOnce, Retained: MqttRetainHandling.DoNotSend));
        await client.AssertNothingAsync();
        await client.SubscribeAsync(new TopicRequest("a", MqttQos.AtMostOnce, Retained: MqttRetainHandling.SendIfNew));
        await client.AssertNothingAsync();
        await client.SubscribeAsync(new TopicRequest("+", MqttQos.AtMostOnce, Retained: MqttRetainHandling.SendIfNew));
        Assert.True((await client.ReadMessageAsync()).Retain);
        await client.SubscribeAsync(new TopicRequest("a", MqttQos.AtMostOnce));
        Assert.True((await client.ReadMessageAsync()).Retain);
    }

    [Fact]
    public async Task RetainAsPublished_OfASubscription_KeepsTheFlagOfALiveMessage()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await broker.ConnectAsync();
        await client.SubscribeAsync(new TopicRequest("a", MqttQos.AtLeastOnce, RetainAsPublished: true));
        await client.PublishAsync("a", "x", retain: true);
        Assert.True((await client.ReadMessageAsync()).Retain);
        await client.PublishAsync("a", "x");
        Assert.False((await client.ReadMessageAsync()).Retain);
    }

    [Fact]
    public async Task Subscription_WithinTheProcess_HasTheRetainedMessagesBeforeTheCallReturns()
    {
        await using var broker = await TestBroker.StartAsync();
        for (var i = 0; i < 10; i++) await broker.PublishAsync($"a/{i}", Encoding.UTF8.GetBytes($"{i}"), MqttQos.AtLeastOnce, retain: true);
        var seen = new List<string>();
        using var subscription = await broker.SubscribeAsync("a/#", (in MqttMessage message) =>
        {
            Assert.True(message.Retain);
            Assert.False(message.Acknowledgement.IsOwed);
            seen.Add(Encoding.UTF8.GetString(message.Payload));
            return ValueTask.CompletedTask;
        });
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{i}"), seen.Order());
    }

    [Fact]
    public async Task Topics_BeyondTheLimits_AreRoutedButNotRetained()
    {
        await using var broker = await TestBroker.StartAsync(o => (o.MaximumRetainedMessages, o.MaximumRetainedBytes) = (2, 100));
        using var client = await broker.ConnectAsync();
        await client.SubscribeAsync("live/#");
        foreach (var topic in new[] { "live/1", "live/2", "live/3" }) await client.PublishAsync(topic, "x", retain: true);
        for (var i = 0; i < 3; i++) await client.ReadMessageAsync();
        using var late = await broker.ConnectAsync("late");
        await late.SubscribeAsync("#");
        await late.ReadMessageAsync();
        await late.ReadMessageAsync();
        await late.AssertNothingAsync();
        await client.PublishAsync("live/1", new string('x', 200), retain: true);
        await client.ReadMessageAsync();
        Assert.Contains(broker.Log.All, text => text.Contains("retained", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Message_WithAnExpiry_IsSentWithWhatRemainsAndThenNotAtAll()
    {
        var clock = new ManualClock();
        await using var broker = await TestBroker.StartAsync(time: clock);
        using var client = await broker.ConnectAsync();
        var properties = new PacketBuilder().Number(Property.MessageExpiryInterval, 60).Written.ToArray();
        await client.PublishAsync("a", "x", MqttQos.AtLeastOnce, 1, retain: true, properties: properties);
        Assert.Equal(1, await client.ReadPubackAsync());
        clock.Advance(TimeSpan.FromSeconds(20));
        await client.SubscribeAsync("a");
        Assert.Equal("0200000028", Convert.ToHexString((await client.ReadMessageAsync()).Properties));
        clock.Advance(TimeSpan.FromSeconds(40));
        await client.SubscribeAsync("a");
        await client.AssertNothingAsync();
    }

    [Fact]
    public void RetainedMessage_ThatHasExpired_MakesRoomForAnother()
    {
        var clock = new ManualClock();
        var retained = new Mqtt.Broker.RetainedMessages(2, 1000, clock);
        var properties = new PacketBuilder().Number(Property.MessageExpiryInterval, 60).Written.ToArray();
        Assert.True(Set(new PublishPacket { Topic = "a"u8, Payload = "x"u8, Properties = properties, ExpiryOffset = 1 }));
        Assert.True(Set(new PublishPacket { Topic = "b"u8, Payload = "x"u8 }));
        Assert.False(Set(new PublishPacket { Topic = "c"u8, Payload = "x"u8 }));
        clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(1, retained.Count);
        Assert.True(Set(new PublishPacket { Topic = "c"u8, Payload = "x"u8 }));
        Assert.Equal(2, retained.Count);

        bool Set(in PublishPacket packet)
        {
            Plantroom.Mqtt.Persistence.Pledge? none = null;
            return retained.Set(packet, ref none) && none is null;
        }
    }

    [Fact]
    public async Task RetainedMessage_ThatIsReplacedBeforeItCouldBeSent_IsNotSentAfterTheNewerOne()
    {
        await using var broker = await TestBroker.StartAsync(o => o.OutboundQueueBytes = 65_536);
        for (var i = 0; i < 300; i++)
            await broker.PublishAsync($"a/{i}", new byte[40_000], MqttQos.AtMostOnce, retain: true);
        using var client = await broker.ConnectAsync();
        await client.SendAsync(new SubscribePacket(1, [new TopicRequest("a/#", MqttQos.AtLeastOnce)]).Write(client.Version));
        Assert.Equal(PacketType.Suback, (await client.ReadAsync())?.Type);

        // Those that come last are still to be sent: the client has read nothing yet.
        for (var i = 250; i < 300; i++) await broker.PublishAsync($"a/{i}", "new"u8.ToArray(), MqttQos.AtLeastOnce, retain: true);
        var last = new Dictionary<string, string>();
        for (var count = 0; last.Count < 300 || last.Values.Count(static p => p == "new") < 50; count++)
        {
            var message = await client.ReadMessageAsync();
            last[message.Topic] = message.Payload;
            if (message.Qos == MqttQos.AtLeastOnce) await client.AcknowledgeAsync(message.Id);
        }

        await client.AssertNothingAsync();
        Assert.All(Enumerable.Range(250, 50), i => Assert.Equal("new", last[$"a/{i}"]));
    }

    [Fact]
    public async Task RetainedMessages_MoreThanTheOutboundQueueHolds_AllCome()
    {
        await using var broker = await TestBroker.StartAsync(o => (o.OutboundQueueLength, o.MaximumInFlight) = (10, 5));
        for (var i = 0; i < 200; i++)
            await broker.PublishAsync($"a/{i}", "x"u8.ToArray(), i % 2 == 0 ? MqttQos.AtMostOnce : MqttQos.AtLeastOnce, retain: true);
        using var client = await broker.ConnectAsync();
        await client.SubscribeAsync("a/#");
        var topics = new HashSet<string>();
        while (topics.Count < 200)
        {
            var message = await client.ReadMessageAsync();
            topics.Add(message.Topic);
            if (message.Qos == MqttQos.AtLeastOnce) await client.AcknowledgeAsync(message.Id);
        }

        Assert.Equal(0, broker.Broker.Statistics.Dropped);
    }

    [Fact]
    public async Task Subscriber_ThatComesWhileARetainedMessageIsBeingKept_GetsIt()
    {
        var clock = new InterruptedClock();

        // Nobody else may ask for the time, as the topics below $SYS would.
        await using var broker = await TestBroker.StartAsync(o => o.SysInterval = TimeSpan.Zero, clock);
        var seen = 0;
        clock.Interruption = () => Assert.True(broker.SubscribeAsync("a", (in MqttMessage _) =>
        {
            seen++;
            return ValueTask.CompletedTask;
        }).AsTask().IsCompletedSuccessfully);
        await broker.PublishAsync("a", "x"u8.ToArray(), MqttQos.AtMostOnce, retain: true);
        Assert.Equal(1, seen);
    }

    /// <summary>Does something the next time that it is asked for the time, which the broker does when it keeps a message.</summary>
    private sealed class InterruptedClock : TimeProvider
    {
        public Action? Interruption { get; set; }

        public override DateTimeOffset GetUtcNow()
        {
            var (now, interruption) = (System.GetUtcNow(), Interruption);
            Interruption = null;
            interruption?.Invoke();
            return now;
        }
    }
}
