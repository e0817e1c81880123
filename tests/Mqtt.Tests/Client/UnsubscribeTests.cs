using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Tests.Client;

/// <summary>The end of subscriptions, and which handlers a message has.</summary>
public sealed class UnsubscribeTests
{
    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V50)]
    public async Task Unsubscribe_OfOneFilter_EndsItAndNoOther(MqttProtocolVersion version)
    {
        await using var broker = await TestBroker.StartAsync();
        await using var client = await TestClient.ConnectAsync(broker.Port, o => o.ProtocolVersion = version);
        await client.SubscribeAsync("a");
        await client.SubscribeAsync("b");
        await client.Client.UnsubscribeAsync("a", Ending);
        await client.Client.UnsubscribeAsync("never/subscribed", Ending);
        await client.PublishAsync("a", "unwanted");
        await client.PublishAsync("b", "wanted");
        Assert.Equal("wanted", (await client.SeenAsync()).Payload);
    }

    [Fact]
    public async Task Unsubscribe_WhoseAnswerIsLost_IsAskedAgainInASessionThatIsKept()
    {
        using var broker = new ScriptedBroker();
        var (client, first) = await broker.ConnectAsync();
        await using var _ = client;
        Task unsubscribing;
        using (first)
        {
            var subscribing = client.SubscribeAsync("a");
            await first.GrantAsync();
            await subscribing;
            unsubscribing = client.Client.UnsubscribeAsync("a", Ending);
            await first.ReadAsync(PacketType.Unsubscribe);
        }

        using var second = await broker.AcceptAsync(new ConnackPacket { SessionPresent = true });
        var packet = UnsubscribePacket.Read((await second.ReadAsync(PacketType.Unsubscribe)).Body, second.Version);
        Assert.Equal(["a"], packet.Filters);
        Assert.False(unsubscribing.IsCompleted);
        await second.SendAsync(new SubackPacket(packet.PacketId, [0]).Write(PacketType.Unsuback, second.Version));
        await unsubscribing;
    }

    [Fact]
    public async Task Unsubscribe_WhoseAnswerIsLost_IsDoneWhenTheNextSessionIsNew()
    {
        using var broker = new ScriptedBroker();
        var (client, first) = await broker.ConnectAsync();
        await using var _ = client;
        Task unsubscribing;
        using (first)
        {
            foreach (var filter in new[] { "a", "b" })
            {
                var subscribing = client.SubscribeAsync(filter);
                await first.GrantAsync();
                await subscribing;
            }

            unsubscribing = client.Client.UnsubscribeAsync("a", Ending);
            await first.ReadAsync(PacketType.Unsubscribe);
        }

        using var second = await broker.AcceptAsync();
        await unsubscribing;
        Assert.Equal("b", Assert.Single((await second.GrantAsync()).Topics).Filter);
    }

    [Fact]
    public async Task Unsubscribe_RefusedByTheBroker_FailsAndTheHandlerStays()
    {
        using var broker = new ScriptedBroker();
        var (client, peer) = await broker.ConnectAsync();
        await using var _ = client;
        using var __ = peer;
        var subscribing = client.SubscribeAsync("a");
        await peer.GrantAsync();
        await subscribing;
        var unsubscribing = client.Client.UnsubscribeAsync("a", Ending);
        var id = UnsubscribePacket.Read((await peer.ReadAsync(PacketType.Unsubscribe)).Body, peer.Version).PacketId;
        await peer.SendAsync(new SubackPacket(id, [Reason.NotAuthorized]).Write(PacketType.Unsuback, peer.Version));
        Assert.Equal(Reason.NotAuthorized, (await Assert.ThrowsAsync<MqttException>(() => unsubscribing)).ReasonCode);
        await peer.PublishAsync("a", "still");
        Assert.Equal("still", (await client.SeenAsync()).Payload);
    }

    [Fact]
    public async Task Message_OfASharedSubscription_ComesToItsHandler()
    {
        using var broker = new ScriptedBroker();
        var (client, peer) = await broker.ConnectAsync();
        await using var _ = client;
        using var __ = peer;
        var subscribing = client.SubscribeAsync("$share/group/a/+");
        Assert.Equal("$share/group/a/+", (await peer.GrantAsync()).Topics[0].Filter);
        await subscribing;
        await peer.PublishAsync("a/b", "x");
        Assert.Equal("x", (await client.SeenAsync()).Payload);
    }

    [Fact]
    public async Task Message_ThatNobodyWants_IsAcknowledgedAndOneWithABadTopicIsNot()
    {
        using var broker = new ScriptedBroker();
        var (client, peer) = await broker.ConnectAsync();
        await using var _ = client;
        using var __ = peer;
        await peer.PublishAsync("nobody", "x", MqttQos.AtLeastOnce, 1);
        Assert.Equal(1, await peer.ReadPubackAsync());
        await peer.PublishAsync("a/+", "x", MqttQos.AtLeastOnce, 2);
        Assert.Equal(Reason.TopicNameInvalid, await peer.ReadDisconnectAsync());
    }

    [Fact]
    public async Task Handlers_SubscribedAfterATopicWasSeen_GetItsNextMessage()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var client = await TestClient.ConnectAsync(broker.Port);
        var late = 0;
        await client.SubscribeAsync("#");
        await client.PublishAsync("a", "1");
        await client.SeenAsync();
        await client.Client.SubscribeAsync("a", MqttQos.AtMostOnce, Count, Ending);
        await client.PublishAsync("a", "2");
        await client.SeenAsync();
        await Eventually.TrueAsync(() => late == 1, "the late one gets it");

        ValueTask Count(in MqttMessage message)
        {
            late++;
            message.Acknowledgement.Complete();
            return ValueTask.CompletedTask;
        }
    }
}
