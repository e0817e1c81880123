using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Tests.Persistence;

/// <summary>What waits for the disk, and what does not. Another connection to the file holds its lock, so that nothing can be written.</summary>
public sealed class DurabilityTests
{
    [Theory]
    [InlineData(MqttQos.AtLeastOnce)]
    [InlineData(MqttQos.ExactlyOnce)]
    public async Task Publish_OwedToAnAbsentSession_IsAnsweredWhenItIsDurable(MqttQos qos)
    {
        var answer = qos == MqttQos.AtLeastOnce ? PacketType.Puback : PacketType.Pubrec;
        await using var broker = await KeptBroker.StartAsync(expectsErrors: true);
        await broker.SubscribeAndLeaveAsync("absent", "a");
        using var publisher = await broker.Running.ConnectAsync("publisher");
        using (broker.Lock())
        {
            await publisher.PublishAsync("a", "1", qos, 1);
            await publisher.PublishAsync("nobody", "2", qos, 2);
            await publisher.AssertNothingAsync();
            await FailsAsync(broker);
            Assert.True(broker.Running.Broker.Statistics.StoreFailures > 0);
        }

        Assert.Equal(1, await publisher.ReadAnswerAsync(answer));
        Assert.Equal(2, await publisher.ReadAnswerAsync(answer));
        Assert.Equal(1, broker.Rows("delivery"));
        await Eventually.TrueAsync(() => broker.Running.Log.All.Any(static l => l.Contains("stored again", StringComparison.Ordinal)), "it says so");
    }

    [Fact]
    public async Task Publish_AcknowledgedByALiveSession_IsAnsweredWithoutTheDisk()
    {
        await using var broker = await KeptBroker.StartAsync(expectsErrors: true);
        using var subscriber = await broker.ConnectAsync("live");
        await subscriber.SubscribeAsync("a");
        using var publisher = await broker.Running.ConnectAsync("publisher");
        using (broker.Lock())
        {
            await publisher.PublishAsync("a", "1", MqttQos.AtLeastOnce, 1);
            var message = await subscriber.ReadMessageAsync();
            await publisher.AssertNothingAsync();
            await subscriber.AcknowledgeAsync(message.Id);
            Assert.Equal(1, await publisher.ReadPubackAsync());
        }
    }

    [Fact]
    public async Task Publish_ToALiveSessionThatDoesNotAcknowledge_IsAnsweredWhenItIsDurable()
    {
        await using var broker = await KeptBroker.StartAsync();
        using var subscriber = await broker.ConnectAsync("live");
        await subscriber.SubscribeAsync("a");
        using var publisher = await broker.Running.ConnectAsync("publisher");
        await publisher.PublishAsync("a", "1", MqttQos.AtLeastOnce, 1);
        Assert.Equal(1, await publisher.ReadPubackAsync());
        Assert.Equal(1, broker.Rows("delivery"));
    }

    [Theory]
    [InlineData(MqttQos.AtLeastOnce)]
    [InlineData(MqttQos.ExactlyOnce)]
    public async Task RetainedMessage_IsAnsweredWhenItIsDurable(MqttQos qos)
    {
        await using var broker = await KeptBroker.StartAsync(expectsErrors: true);
        using var publisher = await broker.Running.ConnectAsync("publisher");
        using (broker.Lock())
        {
            await publisher.PublishAsync("a", "1", qos, 1, retain: true);
            await publisher.AssertNothingAsync();
        }

        await publisher.ReadAnswerAsync(qos == MqttQos.AtLeastOnce ? PacketType.Puback : PacketType.Pubrec);
        Assert.Equal(1, broker.Rows("retained"));
    }

    [Fact]
    public async Task Subscribe_OfAKeptSession_IsAnsweredWhenItIsDurable()
    {
        await using var broker = await KeptBroker.StartAsync(expectsErrors: true);
        using var client = await broker.ConnectAsync("kept");
        using var clean = await broker.Running.ConnectAsync("clean");
        Task<byte[]> subscribing;
        using (broker.Lock())
        {
            subscribing = client.SubscribeAsync("a");
            await FailsAsync(broker);
            Assert.False(subscribing.IsCompleted);
            await clean.SubscribeAsync("a");
        }

        await subscribing;
        Assert.Equal(1, broker.Rows("subscription"));
    }

    [Fact]
    public async Task PublishAsync_OwedToAnAbsentSession_CompletesWhenItIsDurable()
    {
        await using var broker = await KeptBroker.StartAsync(expectsErrors: true);
        await broker.SubscribeAndLeaveAsync("absent", "a");
        Task publishing;
        using (broker.Lock())
        {
            publishing = broker.PublishAsync("a", "1");
            await broker.PublishAsync("nobody", "2");
            await broker.PublishAsync("a", "QoS 0", MqttQos.AtMostOnce);
            await FailsAsync(broker);
            Assert.False(publishing.IsCompleted);
        }

        await publishing;
        Assert.Equal(1, broker.Rows("delivery"));
    }

    [Fact]
    public async Task Qos2_ToALiveSession_IsSentWhenItIsDurable()
    {
        await using var broker = await KeptBroker.StartAsync(expectsErrors: true);
        using var subscriber = await broker.ConnectAsync("live");
        await subscriber.SubscribeAsync("a", MqttQos.ExactlyOnce);
        using var publisher = await broker.ConnectAsync("publisher");
        using (broker.Lock())
        {
            await publisher.PublishAsync("a", "1", MqttQos.ExactlyOnce, 1);
            await publisher.AssertNothingAsync();
            await FailsAsync(broker);
            await subscriber.AssertNothingAsync();
        }

        var message = await subscriber.ReadMessageAsync();
        Assert.Equal((1L, 1L), (broker.Rows("delivery"), broker.Rows("received")));
        using (broker.Lock())
        {
            await subscriber.AnswerAsync(PacketType.Pubrec, message.Id);
            await subscriber.AssertNothingAsync();
        }

        Assert.Equal(message.Id, await subscriber.ReadAnswerAsync(PacketType.Pubrel));
        Assert.Equal(1, await publisher.ReadAnswerAsync(PacketType.Pubrec));
    }

    [Fact]
    public async Task Qos2_WithAHandlerThatFails_IsDeliveredAgainAfterARestart()
    {
        await using var broker = await KeptBroker.StartAsync(expectsErrors: true);
        await broker.SubscribeAndLeaveAsync("absent", "a");
        using (await broker.Running.SubscribeAsync("a", static (in MqttMessage _) => throw new InvalidOperationException("it cannot")))
        using (var publisher = await broker.ConnectAsync("publisher"))
        {
            await publisher.PublishAsync("a", "1", MqttQos.ExactlyOnce, 1);
            Assert.Equal(Reason.ImplementationSpecific, await publisher.ReadDisconnectAsync());
        }

        await broker.RestartAsync();
        var handled = 0;
        using var handler = await broker.Running.SubscribeAsync("a", (in MqttMessage message) =>
        {
            handled++;
            message.Acknowledgement.Complete();
            return ValueTask.CompletedTask;
        });
        using var again = await broker.ConnectAsync("publisher");
        await again.PublishAsync("a", "1", MqttQos.ExactlyOnce, 1, duplicate: true);
        Assert.Equal(1, await again.ReadAnswerAsync(PacketType.Pubrec));
        Assert.Equal(1, handled);
    }

    [Fact]
    public async Task MaximumPersistedBytes_Reached_DropsForTheAbsentAndCounts()
    {
        await using var broker = new KeptBroker { Configure = static o => o.MaximumPersistedBytes = 1 << 20 };
        await broker.StartAsync();
        await broker.SubscribeAndLeaveAsync("one", "a");
        await broker.SubscribeAndLeaveAsync("two", "a");
        for (var i = 0; i < 20; i++) await broker.PublishAsync("a", new string('x', 100_000));
        Assert.Equal(10, broker.Rows("delivery"));
        Assert.Equal(30, broker.Running.Broker.Statistics.Dropped);
        using (var one = await broker.ConnectAsync("one"))
        {
            for (var i = 0; i < 5; i++) await one.AnswerAsync(await one.ReadMessageAsync());
            await one.AssertNothingAsync();
        }

        await broker.GoneAsync();
        await broker.PublishAsync("a", "room again");
        Assert.Equal(30, broker.Running.Broker.Statistics.Dropped);
    }

    [Fact]
    public async Task Start_OnAFileOfSomethingElse_IsRefused()
    {
        await using var broker = new KeptBroker();
        NumberFile.Read(broker.Path);
        var options = new MqttBrokerOptions { Persistence = broker.Path };
        Assert.Contains("Persistence: ", Assert.Single(options.Problems()), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new MqttBroker(options, TimeProvider.System, new RecordingLog<MqttBroker>()));
    }

    private static Task FailsAsync(KeptBroker broker) =>
        Eventually.TrueAsync(() => broker.Running.Log.Errors.Any(static e => e.Contains("cannot be stored", StringComparison.Ordinal)), "it is said");
}
