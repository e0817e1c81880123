using System.Text;
using Plantroom.Mqtt.Broker;
using Plantroom.Mqtt.Codec;
using Plantroom.TestKit;

namespace Plantroom.Mqtt.Tests.Broker;

/// <summary>What one client can make the broker keep is bounded in bytes, not only in numbers.</summary>
public sealed class HostileClientTests
{
    private static readonly string Large = new('x', 20_000);

    [Fact]
    public async Task QueueOfAnAbsentClient_OfLargeMessages_IsBoundedInBytes()
    {
        await using var broker = await TestBroker.StartAsync(o => o.OutboundQueueBytes = 65_536);
        using (var client = await KeptAsync(broker)) await client.SubscribeAsync("a");
        await Eventually.TrueAsync(() => broker.Broker.Statistics.Connections == 0, "it is gone");
        for (var i = 1; i <= 5; i++) await broker.PublishAsync("a", Encoding.UTF8.GetBytes($"{i}{Large}"), MqttQos.AtLeastOnce, false);
        Assert.Equal(2, broker.Broker.Statistics.Dropped);
        using var again = await KeptAsync(broker);
        await again.AssertMessagesAsync($"1{Large}", $"2{Large}", $"3{Large}");
        for (ushort id = 1; id <= 3; id++) await again.AcknowledgeAsync(id);
        await again.AssertNothingAsync();
        for (var i = 6; i <= 8; i++) await broker.PublishAsync("a", Encoding.UTF8.GetBytes($"{i}{Large}"), MqttQos.AtLeastOnce, false);
        await again.AssertMessagesAsync($"6{Large}", $"7{Large}", $"8{Large}");
    }

    [Fact]
    public async Task Publisher_OfLargeMessagesToASubscriberThatDoesNotAcknowledge_WaitsForRoomInBytes()
    {
        await using var broker = await TestBroker.StartAsync(o => (o.OutboundQueueBytes, o.MaximumInFlight) = (65_536, 1));
        using var slow = await KeptAsync(broker);
        await slow.SubscribeAsync("a");
        using var publisher = await broker.ConnectAsync("publisher");
        for (ushort id = 1; id <= 4; id++) await publisher.PublishAsync("a", $"{id}{Large}", MqttQos.AtLeastOnce, id);
        for (ushort id = 1; id <= 3; id++) Assert.Equal(id, await publisher.ReadPubackAsync());
        for (ushort id = 1; id <= 4; id++)
        {
            Assert.Equal($"{id}{Large}", (await slow.ReadMessageAsync()).Payload);
            await slow.AcknowledgeAsync(id);
        }

        Assert.Equal(4, await publisher.ReadPubackAsync());
        Assert.Equal(0, broker.Broker.Statistics.Dropped);
    }

    [Fact]
    public void Topics_MadeUpByAPublisher_AreRememberedWithinABudgetOfBytes()
    {
        var tree = new SubscriptionTree();
        var topic = new byte[60_000];
        Array.Fill(topic, (byte)'x');
        for (var i = 0; i < 1200; i++)
        {
            Encoding.UTF8.GetBytes($"{i:D5}", topic);
            Assert.Same(TopicMatch.Nobody, tree.Match(topic));
            Assert.InRange(tree.RememberedBytes, 0, 64 * 1024 * 1024);
        }
    }

    [Fact]
    public async Task Subscribe_WithMoreFiltersThanAClientMayHave_IsRefusedTheRestAlsoWhenTheyRepeat()
    {
        await using var broker = await TestBroker.StartAsync(o => o.MaximumSubscriptionsPerClient = 2);
        await broker.PublishAsync("a", "x"u8.ToArray(), MqttQos.AtLeastOnce, retain: true);
        using var client = await broker.ConnectAsync();
        var reasons = await client.SubscribeAsync([.. Enumerable.Repeat(new TopicRequest("#", MqttQos.AtLeastOnce), 4)]);
        Assert.Equal([1, 1, Reason.QuotaExceeded, Reason.QuotaExceeded], reasons);
        await client.AssertMessagesAsync("x", "x");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Will_WithADelayThatRunsOrWouldBegin_IsPublishedOnceWhenTheBrokerStops(bool connected)
    {
        await using var broker = await TestBroker.StartAsync(time: new ManualClock());
        var seen = 0;
        using var subscription = await broker.SubscribeAsync("will", (in MqttMessage message) =>
        {
            Interlocked.Increment(ref seen);
            message.Acknowledgement.Complete();
            return ValueTask.CompletedTask;
        });
        var will = new WillMessage("will"u8.ToArray(), "gone"u8.ToArray(), MqttQos.AtLeastOnce, Retain: false, 30, []);
        using var client = await broker.ConnectAsync("mortal", with: c => c with { Will = will, SessionExpiry = 300 });
        if (!connected)
        {
            client.Dispose();
            await Eventually.TrueAsync(() => broker.Broker.Statistics.Connections == 0, "it is gone");
        }

        await broker.Broker.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, seen);
    }

    [Fact]
    public async Task Connect_ThatIsLarge_IsNotWaitedFor()
    {
        await using var broker = await TestBroker.StartAsync();
        using (var client = await broker.OpenAsync())
        {
            // The start of a CONNECT of 262,145 bytes, one too many.
            await client.SendAsync([0x10, 0xFD, 0xFF, 0x0F]);
            Assert.Null(await client.ReadAsync());
        }

        Assert.Equal(Reason.PacketTooLarge, (await broker.ErrorAsync()).ReasonCode);
        using var large = await broker.OpenAsync();
        var will = new WillMessage("w"u8.ToArray(), new byte[65_000], MqttQos.AtMostOnce, false, 0, []);
        Assert.Equal(Reason.Success, (await large.ConnectAsync(new ConnectPacket { ClientId = "large", Will = will })).Reason);
    }

    private static Task<RawClient> KeptAsync(TestBroker broker) =>
        broker.ConnectAsync("kept", with: c => c with { CleanStart = false, SessionExpiry = 600 });

    [Fact]
    public async Task Filters_OfManyClients_AreBoundedTogetherAndFreeAgain()
    {
        await using var broker = await TestBroker.StartAsync(static o => o.MaximumSubscriptionBytes = 1 << 20);
        var filter = new string('x', 60_000);
        using (var greedy = await broker.ConnectAsync("greedy"))
        {
            var reasons = await greedy.SubscribeAsync([.. Enumerable.Range(0, 20).Select(i => new TopicRequest($"{i}{filter}", MqttQos.AtMostOnce))]);
            Assert.InRange(reasons.Count(static r => r == 0), 2, 10);
            Assert.Equal(Reason.QuotaExceeded, reasons[^1]);
            using var other = await broker.ConnectAsync("other");
            Assert.Equal((byte[])[Reason.QuotaExceeded], await other.SubscribeAsync(filter));
            Assert.Equal([0], await greedy.SubscribeAsync($"0{filter}", MqttQos.AtMostOnce));
        }

        await Eventually.TrueAsync(() => broker.Broker.Statistics.Connections == 0, "all are gone");
        using var last = await broker.ConnectAsync("last");
        Assert.Equal([1], await last.SubscribeAsync(filter));
    }
}
