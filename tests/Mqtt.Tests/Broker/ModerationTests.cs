using Plantroom.Mqtt.Broker.Moderating;
using Plantroom.Mqtt.Codec;
using Plantroom.TestKit;

namespace Plantroom.Mqtt.Tests.Broker;

public sealed class ModerationTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(1);

    private readonly ManualClock clock = new();
    private int sent;

    [Fact]
    public async Task Message_ThatComesAlone_WaitsForNothing()
    {
        await using var broker = await TestBroker.StartAsync(time: clock);
        using var subscriber = await SubscriberAsync(broker);
        using var publisher = await broker.ConnectAsync("publisher");
        for (var i = 0; i < 20; i++)
        {
            await PublishAsync(publisher);
            await ReadAsync(subscriber, 1);
            Assert.False(broker.Broker.Moderation.IsTicking);
            clock.Advance(TimeSpan.FromMilliseconds(100));
        }
    }

    [Fact]
    public async Task Messages_OfABusyBroker_AreReadAndSentAtTheNextTick()
    {
        await using var broker = await TestBroker.StartAsync(time: clock);
        using var subscriber = await SubscriberAsync(broker);
        using var publisher = await broker.ConnectAsync("publisher");
        await MakeBusyAsync(broker, publisher, subscriber);
        await PublishAsync(publisher, 3);
        await WaitForTickAsync(broker);
        var next = subscriber.ReadAsync();
        Assert.False(next.IsCompleted);
        clock.Advance(Interval);
        Assert.Equal(PacketType.Publish, (await next)!.Type);
        await ReadUntilAsync(subscriber, 2);
    }

    [Fact]
    public async Task Tick_ThatNobodyWaitsForAnyMore_Stops()
    {
        await using var broker = await TestBroker.StartAsync(time: clock);
        using var subscriber = await SubscriberAsync(broker);
        using var publisher = await broker.ConnectAsync("publisher");
        await MakeBusyAsync(broker, publisher, subscriber);
        await PublishAsync(publisher);
        await WaitForTickAsync(broker);
        await ReadUntilAsync(subscriber, 1);
        for (var i = 0; i < Moderation.Patience + 2; i++) clock.Advance(Interval);
        await Eventually.TrueAsync(() => !broker.Broker.Moderation.IsTicking, "the tick stops");
        clock.Advance(TimeSpan.FromSeconds(1));
        await PublishAsync(publisher);
        await ReadAsync(subscriber, 1);
        Assert.False(broker.Broker.Moderation.IsTicking);
    }

    [Fact]
    public async Task Publisher_WithOneMessageInFlight_IsAnsweredWithoutATick()
    {
        await using var broker = await TestBroker.StartAsync(time: clock);
        using var subscriber = await SubscriberAsync(broker);
        using var publisher = await broker.ConnectAsync("publisher");
        using var other = await broker.ConnectAsync("other");
        await MakeBusyAsync(broker, publisher, subscriber);
        for (ushort id = 1; id <= 20; id++)
        {
            await other.PublishAsync("a", "x", MqttQos.AtLeastOnce, id);
            Assert.Equal(PacketType.Puback, (await other.ReadAsync())!.Type);
        }
    }

    [Fact]
    public async Task Subscriber_ThatTakesOneMessageAtATime_GetsEachWithoutATick()
    {
        await using var broker = await TestBroker.StartAsync(time: clock);
        using var subscriber = await SubscriberAsync(broker);
        using var publisher = await broker.ConnectAsync("publisher");
        using var slow = await broker.ConnectAsync("slow", with: c => c with { ReceiveMaximum = 1 });
        using var other = await broker.ConnectAsync("other");
        await slow.SubscribeAsync(new TopicRequest("b", MqttQos.AtLeastOnce));
        await MakeBusyAsync(broker, publisher, subscriber);
        for (ushort id = 1; id <= 10; id++)
        {
            await other.PublishAsync("b", "x", MqttQos.AtLeastOnce, id);
            Assert.Equal(PacketType.Puback, (await other.ReadAsync())!.Type);
            var got = PublishPacket.Read(0x32, (await slow.ReadAsync())!.Body, MqttProtocolVersion.V50).PacketId;
            await slow.SendAsync(0x40, 2, (byte)(got >> 8), (byte)got);
        }
    }

    [Fact]
    public async Task ReadLoop_ThatIsHeldUp_DoesNotHoldUpTheOthers()
    {
        using var moderation = new Moderation(Interval, TimeProvider.System);
        using var hold = new ManualResetEventSlim();
        var cancellation = TestContext.Current.CancellationToken;
        async Task WaitAsync(Action then)
        {
            await moderation.PauseAsync(new Pause());
            then();
        }

        var held = Task.Run(() => WaitAsync(() => hold.Wait(cancellation)), cancellation);
        await Eventually.TrueAsync(() => moderation.IsHeldUp, "the thread of the ticks hangs");
        await Task.Run(() => WaitAsync(static () => { }), cancellation).WaitAsync(TimeSpan.FromSeconds(10), cancellation);
        Assert.False(held.IsCompleted);
        hold.Set();
        await held;
    }

    [Fact]
    public async Task Interval_OfZero_NeverDelays()
    {
        await using var broker = await TestBroker.StartAsync(o => o.CoalesceInterval = TimeSpan.Zero, clock);
        using var subscriber = await SubscriberAsync(broker);
        using var publisher = await broker.ConnectAsync("publisher");
        await MakeBusyAsync(broker, publisher, subscriber);
        await PublishAsync(publisher, 5);
        await ReadAsync(subscriber, 5);
        Assert.False(broker.Broker.Moderation.IsTicking);
    }

    private static async Task<RawClient> SubscriberAsync(TestBroker broker)
    {
        var client = await broker.ConnectAsync("subscriber");
        await client.SubscribeAsync(new TopicRequest("a", MqttQos.AtMostOnce));
        return client;
    }

    /// <summary>As many messages in ten milliseconds that they count as many; the next one finds the broker busy.</summary>
    private async Task MakeBusyAsync(TestBroker broker, RawClient publisher, RawClient subscriber)
    {
        await PublishAsync(publisher, 100);
        await ReadAsync(subscriber, 100);
        clock.Advance(TimeSpan.FromMilliseconds(10));
        await PublishAsync(publisher);
        await ReadAsync(subscriber, 1);
        Assert.True(broker.Broker.Moderation.Rate.IsBusy);
    }

    private Task PublishAsync(RawClient publisher, int count = 1) => publisher.SendAsync(
        [.. Enumerable.Range(0, count).SelectMany(_ => publisher.Publish("a", $"{sent++}"))]);

    private static async Task ReadAsync(RawClient subscriber, int count)
    {
        for (var i = 0; i < count; i++) Assert.Equal(PacketType.Publish, (await subscriber.ReadAsync())!.Type);
    }

    /// <summary>Reads what comes with the ticks.</summary>
    private async Task ReadUntilAsync(RawClient subscriber, int count)
    {
        var read = ReadAsync(subscriber, count);
        await Eventually.TrueAsync(
            () =>
            {
                clock.Advance(Interval);
                return read.IsCompleted;
            },
            "what was appended is sent at a tick");
        await read;
    }

    private static Task WaitForTickAsync(TestBroker broker) =>
        Eventually.TrueAsync(() => broker.Broker.Moderation.IsTicking, "somebody waits for a tick");
}
