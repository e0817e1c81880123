using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Tests.Client;
using Plantroom.TestKit;

namespace Plantroom.Mqtt.Tests.Broker;

/// <summary>Whoever is not read from because a handler takes its time is not silent.</summary>
public sealed class HeldBackTests
{
    private readonly TaskCompletionSource entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Publisher_HeldBackByAHandler_IsNotLostByKeepAliveUntilItIsSilentItself()
    {
        var clock = new ManualClock();
        await using var broker = await TestBroker.StartAsync(time: clock);
        using var subscription = await broker.SubscribeAsync("a", Hold);
        using var client = await broker.ConnectAsync("c", with: c => c with { KeepAlive = 10 });
        await client.PublishAsync("a", "1", MqttQos.AtLeastOnce, 1);
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => broker.Broker.Statistics.Received == 1, "the broker waits");
        await client.SendAsync(SmallPackets.Pingreq.ToArray());
        for (var i = 0; i < 6; i++) clock.Advance(TimeSpan.FromSeconds(10));
        release.SetResult();
        PacketType?[] answers = [(await client.ReadAsync())?.Type, (await client.ReadAsync())?.Type];
        Assert.Equal([PacketType.Puback, PacketType.Pingresp], answers.Order());
        await client.AssertNothingAsync();
        clock.Advance(TimeSpan.FromSeconds(16));
        Assert.Equal(Reason.KeepAliveTimeout, await client.ReadDisconnectAsync());
    }

    [Fact]
    public async Task Client_WhoseHandlerTakesItsTime_DoesNotGiveUpTheBroker()
    {
        var clock = new ManualClock();
        await using var broker = await TestBroker.StartAsync();
        await using var client = await TestClient.ConnectAsync(broker.Port, o => o.KeepAlive = TimeSpan.FromSeconds(10), clock);
        await client.Client.SubscribeAsync("a", MqttQos.AtLeastOnce, Hold, TestContext.Current.CancellationToken);
        await broker.PublishAsync("a", "1"u8.ToArray(), MqttQos.AtLeastOnce, retain: false);
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => client.Client.IsHeldBack, "the client waits for its handler");
        for (var i = 0; i < 6; i++) clock.Advance(TimeSpan.FromSeconds(10));
        release.SetResult();
        await client.PublishAsync("b", "still here");
        Assert.DoesNotContain(client.Log.All, text => text.Contains("does not answer", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Client_HeldBackForOneSlowSubscriberAfterTheOther_IsNotTakenForSlowItself()
    {
        var clock = new ManualClock();
        await using var broker = await TestBroker.StartAsync(static o => (o.MaximumInFlight, o.OutboundQueueLength) = (1, 1), clock);
        using var first = await FullAsync(broker, "first");
        using var second = await FullAsync(broker, "second");
        using var held = await FullAsync(broker, "held");
        await held.SendAsync([.. held.Publish("first", "x", MqttQos.AtLeastOnce, 1), .. held.Publish("second", "x", MqttQos.AtLeastOnce, 2)]);
        await Eventually.TrueAsync(() => broker.Broker.Statistics.Received == 1, "it is held back");
        var publishing = broker.PublishAsync("held", "3"u8.ToArray(), MqttQos.AtLeastOnce, retain: false);
        await held.AcknowledgeAsync(1);
        await Eventually.TrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromMilliseconds(100));
                return broker.Log.All.Any(static text => text.Contains("subscriber second did not", StringComparison.Ordinal));
            },
            "both are given up");
        await publishing;
        Assert.DoesNotContain(broker.Log.All, static text => text.Contains("subscriber held did not", StringComparison.Ordinal));
        for (var expected = 2; expected <= 3;)
        {
            var packet = await held.ReadAsync();
            if (packet?.Type == PacketType.Puback) continue;
            var message = RawMessage.Read(packet!, held.Version);
            Assert.Equal($"{expected++}", message.Payload);
            await held.AcknowledgeAsync(message.Id);
        }
    }

    /// <summary>A client that has a message which it does not acknowledge, and one more in its queue.</summary>
    private static async Task<RawClient> FullAsync(TestBroker broker, string id)
    {
        var client = await broker.ConnectAsync(id);
        await client.SubscribeAsync(id);
        await broker.PublishAsync(id, "1"u8.ToArray(), MqttQos.AtLeastOnce, retain: false);
        await broker.PublishAsync(id, "2"u8.ToArray(), MqttQos.AtLeastOnce, retain: false);
        Assert.Equal("1", (await client.ReadMessageAsync()).Payload);
        return client;
    }

    private async Task HoldAsync(MqttAcknowledgement acknowledgement)
    {
        entered.TrySetResult();
        await release.Task;
        acknowledgement.Complete();
    }

    private ValueTask Hold(in MqttMessage message) => new(HoldAsync(message.Acknowledgement));
}
