using System.Text;
using Plantroom.Mqtt.Codec;
using Plantroom.TestKit;

namespace Plantroom.Mqtt.Tests.Broker;

/// <summary>Shared subscriptions: each message goes to one member of the group, and none is lost while there is one.</summary>
public sealed class SharedSubscriptionTests
{
    public static TheoryData<MqttProtocolVersion> Versions => [MqttProtocolVersion.V311, MqttProtocolVersion.V50];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Messages_ForAGroup_GoToItsMembersInTurn(MqttProtocolVersion version)
    {
        await using var broker = await TestBroker.StartAsync();
        using var one = await MemberAsync(broker, "one", version);
        using var two = await MemberAsync(broker, "two", version);
        using var alone = await broker.ConnectAsync("alone", version);
        await alone.SubscribeAsync("a/#");
        await PublishAsync(broker, 1, 6);
        await alone.AssertMessagesAsync("1", "2", "3", "4", "5", "6");
        var first = new[] { await one.ReadMessageAsync(), await one.ReadMessageAsync(), await one.ReadMessageAsync() };
        var second = new[] { await two.ReadMessageAsync(), await two.ReadMessageAsync(), await two.ReadMessageAsync() };
        await one.AssertNothingAsync();
        await two.AssertNothingAsync();
        Assert.Equal(["1", "2", "3", "4", "5", "6"], first.Concat(second).Select(m => m.Payload).Order());
        Assert.Equal(first.Select(m => m.Payload).Order(), first.Select(m => m.Payload));
    }

    [Fact]
    public async Task Groups_WithTheSameFilter_EachGetTheMessage()
    {
        await using var broker = await TestBroker.StartAsync();
        using var one = await MemberAsync(broker, "one");
        using var two = await broker.ConnectAsync("two");
        Assert.Equal([1], await two.SubscribeAsync("$share/other/a/+"));
        await PublishAsync(broker, 1, 1);
        await one.AssertMessagesAsync("1");
        await two.AssertMessagesAsync("1");
        Assert.Equal((byte[])[Reason.TopicFilterInvalid], await two.SubscribeAsync("$share/other"));
        Assert.Equal((byte[])[Reason.TopicFilterInvalid], await two.SubscribeAsync("$share//a"));
        Assert.Equal((byte[])[Reason.TopicFilterInvalid], await two.SubscribeAsync("$share/#/a"));
        Assert.Equal((byte[])[Reason.TopicFilterInvalid], await two.SubscribeAsync("$share/g/"));
    }

    [Fact]
    public async Task RetainedMessage_ForANewMember_IsNotSent()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.PublishAsync("a/1", "kept"u8.ToArray(), MqttQos.AtLeastOnce, retain: true);
        using var one = await MemberAsync(broker, "one");
        await one.AssertNothingAsync();
    }

    [Fact]
    public async Task Member_ThatUnsubscribes_GetsNoMore()
    {
        await using var broker = await TestBroker.StartAsync();
        using var one = await MemberAsync(broker, "one");
        using var two = await MemberAsync(broker, "two");
        await one.SendAsync(new UnsubscribePacket(4, [Filter]).Write(one.Version));
        Assert.Equal((byte[])[Reason.Success], SubackPacket.Read((await one.ReadAsync())!.Body, one.Version).Reasons);
        await PublishAsync(broker, 1, 3);
        await two.AssertMessagesAsync("1", "2", "3");
        await one.AssertNothingAsync();
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Member_ThatLeavesForGood_LeavesWhatItHasNotAcknowledgedToTheOthers(MqttProtocolVersion version)
    {
        await using var broker = await TestBroker.StartAsync(o => o.MaximumInFlight = 2);
        var one = await MemberAsync(broker, "one", version);
        await PublishAsync(broker, 1, 5);
        await one.AssertMessagesAsync("1", "2");
        using var two = await MemberAsync(broker, "two", version);
        await one.AcknowledgeAsync(1);
        await one.AssertMessagesAsync("3");
        one.Dispose();
        for (var i = 2; i <= 5; i++)
        {
            var message = await two.ReadMessageAsync();
            Assert.Equal(($"{i}", false), (message.Payload, message.Duplicate));
            await two.AcknowledgeAsync(message.Id);
        }

        await two.AssertNothingAsync();
        Assert.Equal(0, broker.Broker.Statistics.Dropped);
    }

    [Fact]
    public async Task Member_OfQos2_LeavesOnlyWhatWasNotSent()
    {
        await using var broker = await TestBroker.StartAsync(o => o.MaximumInFlight = 2);
        var one = await broker.ConnectAsync("one");
        await one.SubscribeAsync(Filter, MqttQos.ExactlyOnce);
        await broker.PublishAsync("a/1", "1"u8.ToArray(), MqttQos.ExactlyOnce, retain: false);
        await broker.PublishAsync("a/1", "2"u8.ToArray(), MqttQos.ExactlyOnce, retain: false);
        await broker.PublishAsync("a/1", "3"u8.ToArray(), MqttQos.ExactlyOnce, retain: false);
        await one.AssertMessagesAsync("1", "2");
        await one.AnswerAsync(PacketType.Pubrec, 1);
        await one.ReadAnswerAsync();
        using var two = await broker.ConnectAsync("two");
        await two.SubscribeAsync(Filter, MqttQos.ExactlyOnce);
        one.Dispose();
        await two.AssertMessagesAsync("3");
    }

    [Fact]
    public async Task Message_WhenNobodyIsConnected_WaitsAtAMemberWhoseSessionIsKept()
    {
        await using var broker = await TestBroker.StartAsync();
        (await MemberAsync(broker, "kept", keeps: true)).Dispose();
        await Eventually.TrueAsync(() => broker.Broker.Statistics.Connections == 0, "it is gone");
        await PublishAsync(broker, 1, 2);
        using var other = await MemberAsync(broker, "other");
        await PublishAsync(broker, 3, 4);
        await other.AssertMessagesAsync("3", "4");
        using var again = await broker.ConnectAsync("kept", with: c => c with { CleanStart = false, SessionExpiry = 600 });
        await again.AssertMessagesAsync("1", "2");
    }

    [Fact]
    public async Task Member_WhoseSessionExpires_LeavesItsQueueToTheOthers()
    {
        var clock = new ManualClock();
        await using var broker = await TestBroker.StartAsync(time: clock);
        (await MemberAsync(broker, "kept", keeps: true)).Dispose();
        await Eventually.TrueAsync(() => broker.Broker.Statistics.Connections == 0, "it is gone");
        await PublishAsync(broker, 1, 3);
        using var other = await MemberAsync(broker, "other");
        await other.AssertNothingAsync();
        clock.Advance(TimeSpan.FromSeconds(601));
        await other.AssertMessagesAsync("1", "2", "3");
    }

    [Fact]
    public async Task Member_WithoutRoom_IsPassedOver()
    {
        await using var broker = await TestBroker.StartAsync(o => o.MaximumInFlight = 1);
        using var slow = await MemberAsync(broker, "slow");
        using var quick = await MemberAsync(broker, "quick");
        await PublishAsync(broker, 1, 2);
        Assert.NotNull(await slow.ReadMessageAsync());
        for (var i = 3; i <= 8; i++)
        {
            var message = await quick.ReadMessageAsync();
            await quick.AcknowledgeAsync(message.Id);
            await quick.AssertNothingAsync();
            await PublishAsync(broker, i, i);
        }

        Assert.Equal("8", (await quick.ReadMessageAsync()).Payload);
        await slow.AssertNothingAsync();
    }

    [Theory]
    [InlineData(MqttQos.AtMostOnce)]
    [InlineData(MqttQos.AtLeastOnce)]
    public async Task Message_TooLargeForAMember_GoesToOneThatTakesIt(MqttQos qos)
    {
        await using var broker = await TestBroker.StartAsync();
        using var small = await broker.ConnectAsync("small", with: static c => c with { MaximumPacketSize = 100 });
        await small.SubscribeAsync(Filter);
        await broker.PublishAsync("a/1", new byte[200], qos, retain: false);
        Assert.Equal(1, broker.Broker.Statistics.Dropped);
        using var large = await MemberAsync(broker, "large");
        for (var i = 0; i < 4; i++) await broker.PublishAsync("a/1", new byte[200], qos, retain: false);
        for (var i = 0; i < 4; i++) Assert.Equal(200, (await large.ReadMessageAsync()).Payload.Length);
        await small.AssertNothingAsync();
        Assert.Equal(1, broker.Broker.Statistics.Dropped);
    }

    [Fact]
    public async Task Message_ForAnAbsentMemberWhoseQueueIsFull_GoesToAnotherAbsentOne()
    {
        await using var broker = await TestBroker.StartAsync(o => o.OutboundQueueLength = 1);
        foreach (var id in new[] { "one", "two" })
        {
            (await MemberAsync(broker, id, keeps: true)).Dispose();
            await Eventually.TrueAsync(() => broker.Broker.Statistics.Connections == 0, "it is gone");
            await PublishAsync(broker, 1, 1);
        }

        Assert.Equal(0, broker.Broker.Statistics.Dropped);
        await PublishAsync(broker, 2, 2);
        Assert.Equal(1, broker.Broker.Statistics.Dropped);
        using var two = await broker.ConnectAsync("two", with: c => c with { CleanStart = false, SessionExpiry = 600 });
        await two.AssertMessagesAsync("1");
    }

    private const string Filter = "$share/g/a/#";

    private static async Task<RawClient> MemberAsync(
        TestBroker broker, string id, MqttProtocolVersion version = MqttProtocolVersion.V50, bool keeps = false)
    {
        var client = await broker.ConnectAsync(id, version, c => keeps ? c with { SessionExpiry = 600 } : c);
        Assert.Equal([1], await client.SubscribeAsync(Filter));
        return client;
    }

    private static async Task PublishAsync(TestBroker broker, int from, int to)
    {
        for (var i = from; i <= to; i++) await broker.PublishAsync("a/1", Encoding.UTF8.GetBytes($"{i}"), MqttQos.AtLeastOnce, retain: false);
    }
}
