using Plantroom.Mqtt.Codec;
using Plantroom.TestKit;

namespace Plantroom.Mqtt.Tests.Broker;

/// <summary>What a subscriber that does not keep up costs: itself first, never the others, nothing for ever.</summary>
public sealed class SlowSubscriberTests
{
    private static void Small(MqttBrokerOptions options) =>
        (options.OutboundQueueLength, options.MaximumInFlight, options.SlowSubscriberTimeout) = (4, 2, TimeSpan.FromSeconds(5));

    [Fact]
    public async Task Publisher_OfQos1ToAFullQueue_WaitsForItsPubackUntilThereIsRoom()
    {
        await using var broker = await TestBroker.StartAsync(Small);
        using var slow = await broker.ConnectAsync("slow");
        await slow.SubscribeAsync("a");
        using var publisher = await broker.ConnectAsync("publisher");
        for (ushort id = 1; id <= 7; id++) await publisher.PublishAsync("a", $"{id}", MqttQos.AtLeastOnce, id);
        for (ushort id = 1; id <= 6; id++) Assert.Equal(id, await publisher.ReadPubackAsync());
        await slow.AssertMessagesAsync("1", "2");
        await slow.AcknowledgeAsync(1);
        await slow.AcknowledgeAsync(2);
        Assert.Equal(7, await publisher.ReadPubackAsync());
        await slow.AssertMessagesAsync("3", "4");
        Assert.Equal(0, broker.Broker.Statistics.Dropped);
    }

    [Fact]
    public async Task Subscriber_WithoutRoomForTooLong_IsDisconnectedAndItsSessionKeepsWhatItHad()
    {
        var clock = new ManualClock();
        await using var broker = await TestBroker.StartAsync(Small, clock);
        using var slow = await broker.ConnectAsync("slow", with: c => c with { SessionExpiry = 600 });
        await slow.SubscribeAsync("a");
        using var publisher = await broker.ConnectAsync("publisher");
        for (ushort id = 1; id <= 7; id++) await publisher.PublishAsync("a", $"{id}", MqttQos.AtLeastOnce, id);
        for (ushort id = 1; id <= 6; id++) Assert.Equal(id, await publisher.ReadPubackAsync());
        await slow.AssertMessagesAsync("1", "2");
        await Eventually.TrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return broker.Log.All.Any(text => text.Contains("did not make room", StringComparison.Ordinal));
            },
            "the broker gives up");
        Assert.Equal(Reason.QuotaExceeded, await slow.ReadDisconnectAsync());
        Assert.Equal(7, await publisher.ReadPubackAsync());
        Assert.Equal(1, broker.Broker.Statistics.Dropped);
        using var again = await broker.ConnectAsync("slow", with: c => c with { SessionExpiry = 600, CleanStart = false });
        await again.AssertMessagesAsync("1", "2");
        await again.AcknowledgeAsync(1);
        await again.AcknowledgeAsync(2);
        await again.AssertMessagesAsync("3", "4");
    }

    [Fact]
    public async Task Client_ThatPublishesToItself_IsNeverMadeToWaitForItself()
    {
        await using var broker = await TestBroker.StartAsync(Small);
        using var client = await broker.ConnectAsync();
        await client.SubscribeAsync("a");
        var all = new List<byte>();
        for (ushort id = 1; id <= 10; id++) all.AddRange(client.Publish("a", $"{id}", MqttQos.AtLeastOnce, id));
        await client.SendAsync([.. all]);
        var acknowledged = 0;
        while (acknowledged < 10)
        {
            if ((await client.ReadAsync())?.Type == PacketType.Puback) acknowledged++;
        }

        Assert.Equal(4, broker.Broker.Statistics.Dropped);
    }

    [Fact]
    public async Task Subscriber_OfQos0ThatDoesNotReadWhereDroppingIsThePolicy_LosesMessagesAndThePublisherGoesOn()
    {
        await using var broker = await TestBroker.StartAsync(o =>
            (o.OutboundQueueLength, o.OutboundQueueBytes, o.SlowSubscriberPolicy) = (50, 65_536, MqttSlowSubscriberPolicy.Drop));
        using var slow = await broker.ConnectAsync("slow");
        await slow.SubscribeAsync("a", MqttQos.AtMostOnce);
        using var publisher = await broker.ConnectAsync("publisher");
        var payload = new string('x', 50_000);
        for (ushort id = 1; broker.Broker.Statistics.Dropped == 0 && id < 5000; id++)
        {
            await publisher.PublishAsync("a", payload, MqttQos.AtLeastOnce, id);
            Assert.Equal(id, await publisher.ReadPubackAsync());
        }

        Assert.True(broker.Broker.Statistics.Dropped > 0);
        Assert.Equal(2, broker.Broker.Statistics.Connections);
    }

    [Fact]
    public async Task Subscriber_OfQos0ThatReadsLate_GetsEverythingAndThePublisherWaitsMeanwhile()
    {
        const int Messages = 400;
        await using var broker = await TestBroker.StartAsync(o =>
            (o.OutboundQueueBytes, o.SlowSubscriberTimeout) = (65_536, TimeSpan.FromMinutes(1)));
        using var slow = await broker.ConnectAsync("slow");
        await slow.SubscribeAsync("a", MqttQos.AtMostOnce);
        using var other = await broker.ConnectAsync("other");
        await other.SubscribeAsync("b", MqttQos.AtMostOnce);
        using var publisher = await broker.ConnectAsync("publisher");
        var payload = new string('x', 50_000);
        var publishing = PublishAsync();
        async Task PublishAsync()
        {
            for (var i = 0; i < Messages; i++) await publisher.PublishAsync("a", $"{i}:{payload}");
        }


        // More than the sockets' buffers hold, so that the publisher has to wait for a reader that has not begun.
        await Eventually.TrueAsync(() => broker.Broker.Statistics.Received > 10, "it has begun");
        using var unrelated = await broker.ConnectAsync("unrelated");
        await unrelated.PublishAsync("b", "x");
        Assert.Equal("x", (await other.ReadMessageAsync()).Payload);
        for (var i = 0; i < Messages; i++) Assert.StartsWith($"{i}:", (await slow.ReadMessageAsync()).Payload, StringComparison.Ordinal);
        await publishing;
        Assert.Equal(0, broker.Broker.Statistics.Dropped);
    }

    [Fact]
    public async Task Subscriber_OfQos0WithoutRoomForTooLong_IsDisconnected()
    {
        var clock = new ManualClock();
        await using var broker = await TestBroker.StartAsync(o => o.OutboundQueueBytes = 65_536, clock);
        using var slow = await broker.ConnectAsync("slow");
        await slow.SubscribeAsync("a", MqttQos.AtMostOnce);
        using var publisher = await broker.ConnectAsync("publisher");
        var payload = new string('x', 50_000);
        var publishing = PublishAsync();
        async Task PublishAsync()
        {
            for (var i = 0; i < 400; i++) await publisher.PublishAsync("a", payload);
        }

        await Eventually.TrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return broker.Log.All.Any(text => text.Contains("did not make room", StringComparison.Ordinal));
            },
            "the broker gives up");
        await publishing;
        await Eventually.TrueAsync(() => broker.Broker.Statistics.Received == 400, "the publisher is free again");
    }

    [Fact]
    public void WaitGraph_WithACircle_RefusesTheWaitThatWouldCloseIt()
    {
        var broker = new Mqtt.Broker.BrokerState(new MqttBrokerOptions(), TimeProvider.System, new RecordingLog<MqttBroker>());
        var (a, b, c) = (new Mqtt.Broker.Session("a", broker), new Mqtt.Broker.Session("b", broker), new Mqtt.Broker.Session("c", broker));
        Assert.False(broker.Waits.TryEnter(a, a));
        Assert.True(broker.Waits.TryEnter(a, b));
        Assert.True(broker.Waits.TryEnter(b, c));
        Assert.False(broker.Waits.TryEnter(c, a));
        Assert.True(broker.Waits.TryEnter(null, a));
        broker.Waits.Leave(b);
        Assert.True(broker.Waits.TryEnter(c, a));
    }
}
