using Plantroom.Mqtt.Codec;
using Plantroom.TestKit;

namespace Plantroom.Mqtt.Tests.Broker;

/// <summary>What the broker says of itself, and that nobody else may say it.</summary>
public sealed class SystemTopicsTests
{
    [Fact]
    public async Task SystemTopics_AreRetainedAndRenewedAtTheInterval()
    {
        var clock = new ManualClock();
        await using var broker = await TestBroker.StartAsync(o => o.SysInterval = TimeSpan.FromSeconds(5), clock);
        using var client = await broker.ConnectAsync("watcher");
        await client.SubscribeAsync("$SYS/broker/#", MqttQos.AtMostOnce);
        var first = await ReadAllAsync(client);
        Assert.Equal("0 seconds", first["uptime"]);
        Assert.StartsWith("Plantroom ", first["version"], StringComparison.Ordinal);
        await client.PublishAsync("a", "x", MqttQos.AtLeastOnce, 1, retain: true);
        Assert.Equal(1, await client.ReadPubackAsync());
        clock.Advance(TimeSpan.FromSeconds(5));
        var second = await ReadAllAsync(client);
        Assert.Equal("5 seconds", second["uptime"]);
        Assert.Equal(
            ("1", "1", "1", "1", "1", "0"),
            (second["clients/connected"], second["clients/total"], second["messages/received"], second["subscriptions/count"],
                second["retained messages/count"], second["messages/dropped"]));
        Assert.NotEqual("0", second["bytes/received"]);
        Assert.NotEqual("0", second["bytes/sent"]);
    }

    [Fact]
    public async Task SystemTopics_WithoutAnInterval_AreNotThere()
    {
        await using var broker = await TestBroker.StartAsync(o => o.SysInterval = TimeSpan.Zero);
        using var client = await broker.ConnectAsync();
        await client.SubscribeAsync("$SYS/#");
        await client.AssertNothingAsync();
    }

    [Fact]
    public async Task Client5_ThatPublishesThere_IsToldAndTheMessageIsNotTaken()
    {
        await using var broker = await TestBroker.StartAsync(o => o.SysInterval = TimeSpan.Zero);
        using var client = await broker.ConnectAsync();
        await client.SubscribeAsync("$SYS/#");
        await client.PublishAsync("$SYS/broker/version", "mine", MqttQos.AtLeastOnce, 1, retain: true);
        Assert.Equal(new Answer(PacketType.Puback, 1, Reason.NotAuthorized), await client.ReadAnswerAsync());
        await client.PublishAsync("$SYS/broker/version", "mine", MqttQos.ExactlyOnce, 2);
        Assert.Equal(new Answer(PacketType.Pubrec, 2, Reason.NotAuthorized), await client.ReadAnswerAsync());
        await client.PublishAsync("$SYS/broker/version", "mine");
        await client.AssertNothingAsync();
        Assert.Equal(3, broker.Broker.Statistics.Unauthorized);
        await client.SubscribeAsync("$SYS/#");
        await client.AssertNothingAsync();
    }

    [Theory]
    [InlineData(MqttQos.AtMostOnce)]
    [InlineData(MqttQos.AtLeastOnce)]
    [InlineData(MqttQos.ExactlyOnce)]
    public async Task Client311_ThatPublishesThere_IsDisconnectedAndRecorded(MqttQos qos)
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await broker.ConnectAsync("old", MqttProtocolVersion.V311);
        await client.PublishAsync("$SYS/broker/version", "mine", qos, 1);
        Assert.Null(await client.ReadAsync());
        Assert.Equal(Reason.NotAuthorized, (await broker.ErrorAsync()).ReasonCode);
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V50)]
    public async Task Will_There_IsRefusedWithTheConnection(MqttProtocolVersion version)
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await broker.OpenAsync();
        var will = new WillMessage("$SYS/broker/version"u8.ToArray(), [], MqttQos.AtMostOnce, true, 0, []);
        var connack = await client.ConnectAsync(new ConnectPacket { Version = version, Will = will });
        Assert.Equal(Reason.NotAuthorized, connack.Reason);
        Assert.Null(await client.ReadAsync());
    }

    private static async Task<Dictionary<string, string>> ReadAllAsync(RawClient client)
    {
        var all = new Dictionary<string, string>();
        while (all.Count < 11)
        {
            var message = await client.ReadMessageAsync();
            all[message.Topic["$SYS/broker/".Length..]] = message.Payload;
        }

        return all;
    }
}
