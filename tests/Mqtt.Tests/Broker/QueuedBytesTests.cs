using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Tests.Broker;

/// <summary>What all sessions together may keep waiting.</summary>
public sealed class QueuedBytesTests
{
    private static readonly byte[] Large = new byte[100_000];

    [Fact]
    public async Task Queues_OfManyAbsentClients_AreBoundedTogether_AndLiveOnesGoOn()
    {
        await using var broker = await TestBroker.StartAsync(static o => o.MaximumQueuedBytes = 1 << 20);
        for (var i = 0; i < 5; i++)
        {
            using var absent = await KeptAsync(broker, $"absent-{i}");
            await absent.SubscribeAsync("a");
        }

        await Eventually.TrueAsync(() => broker.Broker.Statistics.Connections == 0, "all are gone");
        for (var i = 0; i < 5; i++) await broker.PublishAsync("a", Large, MqttQos.AtLeastOnce, retain: false);
        Assert.Equal(15, broker.Broker.Statistics.Dropped);
        Assert.InRange(broker.Broker.Statistics.QueuedBytes, 1_000_000, 1 << 20);

        using var live = await KeptAsync(broker, "live");
        await live.SubscribeAsync("b");
        for (var i = 0; i < 3; i++)
        {
            await broker.PublishAsync("b", Large, MqttQos.AtLeastOnce, retain: false);
            await live.AcknowledgeAsync((await live.ReadMessageAsync()).Id);
            await live.AssertNothingAsync();
        }

        for (var i = 0; i < 5; i++)
        {
            using var back = await KeptAsync(broker, $"absent-{i}");
            for (var n = 0; n < 2; n++) await back.AcknowledgeAsync((await back.ReadMessageAsync()).Id);
            await back.AssertNothingAsync();
        }

        Assert.Equal((15, 0), (broker.Broker.Statistics.Dropped, broker.Broker.Statistics.QueuedBytes));
    }

    [Fact]
    public async Task Queue_OfASessionThatEnds_IsFree()
    {
        await using var broker = await TestBroker.StartAsync();
        using (var absent = await KeptAsync(broker, "absent"))
        {
            await absent.SubscribeAsync("a", MqttQos.ExactlyOnce);
            await broker.PublishAsync("a", Large, MqttQos.ExactlyOnce, retain: false);
            await absent.AnswerAsync(PacketType.Pubrec, (await absent.ReadMessageAsync()).Id);
            Assert.Equal(PacketType.Pubrel, (await absent.ReadAnswerAsync()).Type);
            Assert.Equal(0, broker.Broker.Statistics.QueuedBytes);
            await broker.PublishAsync("a", Large, MqttQos.AtLeastOnce, retain: false);
        }

        await Eventually.TrueAsync(() => broker.Broker.Statistics.Connections == 0, "it is gone");
        await broker.PublishAsync("a", Large, MqttQos.AtLeastOnce, retain: false);
        Assert.InRange(broker.Broker.Statistics.QueuedBytes, 200_000, 201_000);
        using var clean = await broker.ConnectAsync("absent");
        Assert.Equal(0, broker.Broker.Statistics.QueuedBytes);
    }

    private static Task<RawClient> KeptAsync(TestBroker broker, string id) =>
        broker.ConnectAsync(id, with: static c => c with { CleanStart = false, SessionExpiry = 600 });
}
