using Plantroom.Mqtt.Codec;
using Plantroom.TestKit;

namespace Plantroom.Mqtt.Tests.Broker;

public sealed class SessionTests
{
    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V50)]
    public async Task Session_Resumed_SendsTheUnacknowledgedAgainAndThenWhatCameMeanwhile(MqttProtocolVersion version)
    {
        await using var broker = await TestBroker.StartAsync();
        using (var client = await ConnectAsync(broker, version))
        {
            Assert.False(client.Connack.SessionPresent);
            await client.SubscribeAsync("a");
            await broker.PublishAsync("a", "1"u8.ToArray(), MqttQos.AtLeastOnce, false);
            await broker.PublishAsync("a", "2"u8.ToArray(), MqttQos.AtLeastOnce, false);
            var first = await client.ReadMessageAsync();
            Assert.False(first.Duplicate);
            await client.AcknowledgeAsync(first.Id);
            Assert.Equal("2", (await client.ReadMessageAsync()).Payload);
            await client.AssertNothingAsync();
        }

        await Eventually.TrueAsync(() => broker.Broker.Statistics.Connections == 0, "it is gone");
        await broker.PublishAsync("a", "3"u8.ToArray(), MqttQos.AtLeastOnce, false);
        await broker.PublishAsync("a", "lost, as it is QoS 0"u8.ToArray(), MqttQos.AtMostOnce, false);
        using var again = await ConnectAsync(broker, version);
        Assert.True(again.Connack.SessionPresent);
        var (resent, kept) = (await again.ReadMessageAsync(), await again.ReadMessageAsync());
        Assert.Equal(("2", true), (resent.Payload, resent.Duplicate));
        Assert.Equal(("3", false), (kept.Payload, kept.Duplicate));
        await again.AcknowledgeAsync(resent.Id);
        await again.AcknowledgeAsync(kept.Id);
        await again.AssertNothingAsync();
        await broker.PublishAsync("a", "4"u8.ToArray(), MqttQos.AtLeastOnce, false);
        Assert.Equal("4", (await again.ReadMessageAsync()).Payload);
    }

    [Fact]
    public async Task CleanStart_AfterAKeptSession_StartsAnew()
    {
        await using var broker = await TestBroker.StartAsync();
        using (var client = await ConnectAsync(broker, MqttProtocolVersion.V50)) await client.SubscribeAsync("a");
        using var again = await broker.ConnectAsync("kept");
        Assert.False(again.Connack.SessionPresent);
        await broker.PublishAsync("a", "x"u8.ToArray(), MqttQos.AtLeastOnce, false);
        await again.AssertNothingAsync();
    }

    [Fact]
    public async Task Session_AfterItsExpiry_IsGone()
    {
        var clock = new ManualClock();
        await using var broker = await TestBroker.StartAsync(time: clock);
        using (var client = await ConnectAsync(broker, MqttProtocolVersion.V50, expiry: 60)) await client.SubscribeAsync("a");
        await Eventually.TrueAsync(() => broker.Broker.Statistics.Connections == 0, "it is gone");
        clock.Advance(TimeSpan.FromSeconds(59));
        using (var client = await ConnectAsync(broker, MqttProtocolVersion.V50, expiry: 60)) Assert.True(client.Connack.SessionPresent);
        await Eventually.TrueAsync(() => broker.Broker.Statistics.Connections == 0, "it is gone");
        clock.Advance(TimeSpan.FromSeconds(61));
        using var late = await ConnectAsync(broker, MqttProtocolVersion.V50);
        Assert.False(late.Connack.SessionPresent);
    }

    [Fact]
    public async Task Session_WithoutExpiry_EndsWithItsConnectionAlsoWhenTakenOver()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await broker.ConnectAsync("a");
        await client.SubscribeAsync("t");
        using var again = await broker.ConnectAsync("a", with: c => c with { CleanStart = false });
        Assert.False(again.Connack.SessionPresent);
    }

    [Fact]
    public async Task Disconnect_WithAnotherExpiry_ChangesIt()
    {
        await using var broker = await TestBroker.StartAsync();
        using (var client = await ConnectAsync(broker, MqttProtocolVersion.V50))
        {
            await client.SendAsync(new DisconnectPacket(0, SessionExpiry: 0).Write(MqttProtocolVersion.V50));
            Assert.Null(await client.ReadAsync());
        }

        using var again = await ConnectAsync(broker, MqttProtocolVersion.V50);
        Assert.False(again.Connack.SessionPresent);
    }

    [Fact]
    public async Task QueueOfAnAbsentClient_WhenFull_DropsTheNewestAndCountsThem()
    {
        await using var broker = await TestBroker.StartAsync(o => o.OutboundQueueLength = 3);
        using (var client = await ConnectAsync(broker, MqttProtocolVersion.V50)) await client.SubscribeAsync("a");
        await Eventually.TrueAsync(() => broker.Broker.Statistics.Connections == 0, "it is gone");
        for (var i = 1; i <= 5; i++) await broker.PublishAsync("a", new[] { (byte)('0' + i) }, MqttQos.AtLeastOnce, false);
        Assert.Equal(2, broker.Broker.Statistics.Dropped);
        using var again = await ConnectAsync(broker, MqttProtocolVersion.V50);
        Assert.Equal(["1", "2", "3"], [
            (await again.ReadMessageAsync()).Payload, (await again.ReadMessageAsync()).Payload, (await again.ReadMessageAsync()).Payload]);
    }

    [Fact]
    public async Task ReceiveMaximum_OfAClient_BoundsWhatIsSentToIt()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await broker.ConnectAsync("a", with: c => c with { ReceiveMaximum = 2 });
        await client.SubscribeAsync("a");
        for (var i = 1; i <= 5; i++) await broker.PublishAsync("a", new[] { (byte)('0' + i) }, MqttQos.AtLeastOnce, false);
        var first = await client.ReadMessageAsync();
        await client.ReadMessageAsync();
        await client.AssertNothingAsync();
        await client.AcknowledgeAsync(first.Id);
        Assert.Equal("3", (await client.ReadMessageAsync()).Payload);
        await client.AssertNothingAsync();
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Will_OfAClient_IsPublishedWhenItIsLostAndNotWhenItSaysGoodbye(bool goodbye, bool published)
    {
        await using var broker = await TestBroker.StartAsync();
        using var watcher = await broker.ConnectAsync("watcher");
        await watcher.SubscribeAsync("will");
        using (var client = await WithWillAsync(broker, delay: 0))
        {
            if (goodbye)
            {
                await client.SendAsync(new DisconnectPacket(0).Write(MqttProtocolVersion.V50));
                Assert.Null(await client.ReadAsync());
            }
        }

        await Eventually.TrueAsync(() => broker.Broker.Statistics.Connections == 1, "it is gone");
        if (published) Assert.Equal("gone", (await watcher.ReadMessageAsync()).Payload);
        else await watcher.AssertNothingAsync();
    }

    [Fact]
    public async Task Will_WithGoodbyeThatAsksForIt_IsPublishedAndRetained()
    {
        await using var broker = await TestBroker.StartAsync();
        using (var client = await WithWillAsync(broker, delay: 0))
        {
            await client.SendAsync(new DisconnectPacket(Reason.DisconnectWithWill).Write(MqttProtocolVersion.V50));
            Assert.Null(await client.ReadAsync());
        }

        using var watcher = await broker.ConnectAsync("watcher");
        await watcher.SubscribeAsync("will");
        Assert.True((await watcher.ReadMessageAsync()).Retain);
    }

    [Fact]
    public async Task Will_WithADelay_IsPublishedWhenTheClientDoesNotComeBackInTime()
    {
        var clock = new ManualClock();
        await using var broker = await TestBroker.StartAsync(time: clock);
        using var watcher = await broker.ConnectAsync("watcher");
        await watcher.SubscribeAsync("will");
        (await WithWillAsync(broker, delay: 30)).Dispose();
        await Eventually.TrueAsync(() => broker.Broker.Statistics.Connections == 1, "it is gone");
        clock.Advance(TimeSpan.FromSeconds(20));
        var back = await WithWillAsync(broker, delay: 30);
        clock.Advance(TimeSpan.FromSeconds(20));
        await watcher.AssertNothingAsync();
        back.Dispose();
        await Eventually.TrueAsync(() => broker.Broker.Statistics.Connections == 1, "it is gone again");
        clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal("gone", (await watcher.ReadMessageAsync()).Payload);
    }

    [Fact]
    public async Task Will_OfAConnectedClient_IsPublishedWhenTheBrokerStops()
    {
        await using var broker = await TestBroker.StartAsync();
        var seen = 0;
        using var subscription = await broker.SubscribeAsync("will", (in MqttMessage message) =>
        {
            seen++;
            message.Acknowledgement.Complete();
            return ValueTask.CompletedTask;
        });
        using var client = await WithWillAsync(broker, delay: 0);
        await broker.Broker.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, seen);
    }

    private static Task<RawClient> ConnectAsync(TestBroker broker, MqttProtocolVersion version, uint expiry = 600) =>
        broker.ConnectAsync("kept", version, c => c with { CleanStart = false, SessionExpiry = version == MqttProtocolVersion.V50 ? expiry : 0 });

    private static Task<RawClient> WithWillAsync(TestBroker broker, uint delay)
    {
        var will = new WillMessage("will"u8.ToArray(), "gone"u8.ToArray(), MqttQos.AtLeastOnce, Retain: true, delay, []);
        return broker.ConnectAsync("mortal", with: c => c with { Will = will, SessionExpiry = delay * 10, CleanStart = delay == 0 });
    }
}
