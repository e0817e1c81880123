using System.Text;
using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Tests.Broker;

public sealed class TopicAliasTests
{
    [Fact]
    public async Task Alias_FromAClient_StandsForItsTopicUntilItGetsAnother()
    {
        await using var broker = await TestBroker.StartAsync(o => o.TopicAliasMaximum = 2);
        using var subscriber = await broker.ConnectAsync("s");
        await subscriber.SubscribeAsync("#");
        using var client = await broker.ConnectAsync("p");
        Assert.Equal(2, client.Connack.TopicAliasMaximum);
        await client.PublishAsync("one", "1", properties: Alias(2));
        await client.PublishAsync("", "2", MqttQos.AtLeastOnce, 1, properties: Alias(2));
        await client.PublishAsync("two", "3", properties: Alias(2));
        await client.PublishAsync("", "4", MqttQos.ExactlyOnce, 2, properties: Alias(2));
        var messages = new List<RawMessage>();
        for (var i = 0; i < 4; i++) messages.Add(await subscriber.ReadMessageAsync());
        Assert.Equal(["one", "one", "two", "two"], messages.OrderBy(m => m.Payload).Select(m => m.Topic));
        Assert.All(messages, m => Assert.Empty(m.Properties));
        await client.PublishAsync("three", "5", properties: Alias(3));
        Assert.Equal(PacketType.Puback, (await client.ReadAnswerAsync()).Type);
        Assert.Equal(PacketType.Pubrec, (await client.ReadAnswerAsync()).Type);
        Assert.Equal(Reason.TopicAliasInvalid, await client.ReadDisconnectAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Alias_BetweenOtherProperties_IsTakenOutOfThem(int place)
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await broker.ConnectAsync();
        await client.SubscribeAsync("a");
        byte[] expiry = [0x02, 0, 0, 0, 60], user = [0x26, 0, 1, (byte)'k', 0, 1, (byte)'v'];
        var parts = new List<byte[]> { expiry, user };
        parts.Insert(place, Alias(5));
        await client.PublishAsync("a", "x", properties: [.. parts.SelectMany(static p => p)]);
        Assert.Equal((byte[])[.. expiry, .. user], (await client.ReadMessageAsync()).Properties);
    }

    [Fact]
    public async Task Aliases_OfTopicsThatAreVeryLong_EndTheConnection()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await broker.ConnectAsync();
        for (var i = 1; i <= 5; i++) await client.PublishAsync(new string((char)('a' + i), 60_000), "x", properties: Alias(i));
        Assert.Equal(Reason.QuotaExceeded, await client.ReadDisconnectAsync());
    }

    [Fact]
    public async Task Topics_TowardsAClientThatTakesAliases_AreSentOnceEach()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await broker.ConnectAsync("s", with: c => c with { TopicAliasMaximum = 2 });
        await client.SubscribeAsync("topic/#", MqttQos.ExactlyOnce);
        var names = new Dictionary<int, string>();
        foreach (var (topic, alias, sent) in new[]
        {
            ("topic/one", 1, true), ("topic/one", 1, false), ("topic/two", 2, true), ("topic/three", 0, true), ("topic/one", 1, false),
            ("topic/two", 2, false), ("topic/three", 0, true),
        })
        {
            await broker.PublishAsync(topic, Encoding.UTF8.GetBytes(topic), (MqttQos)(names.Count % 3), retain: false);
            var message = await client.ReadMessageAsync();
            Assert.Equal((sent ? topic : "", alias, topic), (message.Topic, message.Alias, message.Payload));
            if (sent) names[alias] = topic;
        }
    }

    [Fact]
    public async Task Aliases_OnTheNextConnection_StartAnew()
    {
        await using var broker = await TestBroker.StartAsync();
        ConnectPacket With(ConnectPacket c) => c with { TopicAliasMaximum = 5, SessionExpiry = 600, CleanStart = false };
        using (var first = await broker.ConnectAsync("s", with: With))
        {
            await first.SubscribeAsync("topic");
            for (var i = 0; i < 2; i++) await broker.PublishAsync("topic", "x"u8.ToArray(), MqttQos.AtLeastOnce, retain: false);
            Assert.Equal("topic", (await first.ReadMessageAsync()).Topic);
            Assert.Equal("", (await first.ReadMessageAsync()).Topic);
        }

        using var second = await broker.ConnectAsync("s", with: With);
        var again = await second.ReadMessageAsync();
        Assert.Equal(("topic", (ushort)1, true), (again.Topic, again.Alias, again.Duplicate));
        Assert.Equal("", (await second.ReadMessageAsync()).Topic);
    }

    private static byte[] Alias(int alias) => [0x23, (byte)(alias >> 8), (byte)alias];
}
