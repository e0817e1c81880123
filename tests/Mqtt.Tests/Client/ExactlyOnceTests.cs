using Plantroom.Mqtt.Client;
using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Tests.Client;

/// <summary>QoS 2 of the client, step by step, over connections that are lost in between.</summary>
public sealed class ExactlyOnceTests
{
    private static readonly ConnackPacket Known = new() { SessionPresent = true };

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V50)]
    public async Task Publish_OfQos2_CompletesWithPubcomp(MqttProtocolVersion version)
    {
        using var broker = new ScriptedBroker();
        var (client, peer) = await broker.ConnectAsync(configure: o => o.ProtocolVersion = version);
        await using var _ = client;
        using var __ = peer;
        var publishing = client.PublishAsync("a", "x", MqttQos.ExactlyOnce);
        var message = await peer.ReadMessageAsync();
        Assert.Equal((MqttQos.ExactlyOnce, "x", false), (message.Qos, message.Payload, message.Duplicate));
        await peer.AnswerAsync(PacketType.Pubrec, message.Id);
        Assert.Equal(message.Id, await peer.ReadIdAsync(PacketType.Pubrel));
        Assert.False(publishing.IsCompleted);
        await peer.AnswerAsync(PacketType.Pubcomp, message.Id);
        await publishing;
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V50)]
    public async Task Publish_WhoseConnectionIsLost_GoesOnWhereItWas(MqttProtocolVersion version)
    {
        using var broker = new ScriptedBroker();
        var (client, first) = await broker.ConnectAsync(configure: o => (o.ProtocolVersion, o.CleanStart, o.ClientId) = (version, false, "c"));
        await using var _ = client;
        var one = client.PublishAsync("a", "1", MqttQos.ExactlyOnce);
        var two = client.PublishAsync("a", "2", MqttQos.ExactlyOnce);
        using (first)
        {
            await first.ReadMessageAsync();
            Assert.Equal("2", (await first.ReadMessageAsync()).Payload);
            await first.AnswerAsync(PacketType.Pubrec, 1);
            Assert.Equal(1, await first.ReadIdAsync(PacketType.Pubrel));
        }

        using var second = await broker.AcceptAsync(Known);
        Assert.Equal(1, await second.ReadIdAsync(PacketType.Pubrel));
        var again = await second.ReadMessageAsync();
        Assert.Equal(("2", true), (again.Payload, again.Duplicate));
        await second.AnswerAsync(PacketType.Pubcomp, 1);
        await one;
        await second.AnswerAsync(PacketType.Pubrec, again.Id);
        Assert.Equal(again.Id, await second.ReadIdAsync(PacketType.Pubrel));
        await second.AnswerAsync(PacketType.Pubcomp, again.Id);
        await two;
    }

    [Theory]
    [InlineData(MqttQos.AtLeastOnce)]
    [InlineData(MqttQos.ExactlyOnce)]
    public async Task Publish_InASessionOfAnEarlierProcess_WaitsUntilItsIdentifierIsFree(MqttQos qos)
    {
        using var broker = new ScriptedBroker();
        var (client, first) = await broker.ConnectAsync(Known, o => (o.CleanStart, o.ClientId) = (false, "c"));
        await using var _ = client;
        var publishing = client.PublishAsync("a", "x", qos);

        // The connection is lost when nobody knows yet whether the identifier was freed: the message must not have been sent.
        using (first) await ReadFreedAsync(first);
        using var second = await broker.AcceptAsync(Known);
        await ReadFreedAsync(second);
        await second.SendAsync(SmallPackets.Pingresp.ToArray());
        var message = await second.ReadMessageAsync();
        Assert.Equal((1, "x", false), (message.Id, message.Payload, message.Duplicate));
        if (qos == MqttQos.AtLeastOnce)
        {
            await second.AcknowledgeAsync(1);
        }
        else
        {
            await second.AnswerAsync(PacketType.Pubrec, 1);
            Assert.Equal(1, await second.ReadIdAsync(PacketType.Pubrel));
            Assert.False(publishing.IsCompleted);
            await second.AnswerAsync(PacketType.Pubcomp, 1);
        }

        await publishing;
    }

    private static async Task ReadFreedAsync(RawClient peer)
    {
        for (var id = 1; id <= 1024; id++) Assert.Equal(id, await peer.ReadIdAsync(PacketType.Pubrel));
        await peer.ReadAsync(PacketType.Pingreq);
    }

    [Fact]
    public async Task Publish_RefusedWithPubrec_FailsAndItsPlaceIsFree()
    {
        using var broker = new ScriptedBroker();
        var (client, peer) = await broker.ConnectAsync(new ConnackPacket { ReceiveMaximum = 1 });
        await using var _ = client;
        using var __ = peer;
        var refused = client.PublishAsync("a", "1", MqttQos.ExactlyOnce);
        var next = client.PublishAsync("a", "2");
        await peer.AnswerAsync(PacketType.Pubrec, (await peer.ReadMessageAsync()).Id, Reason.QuotaExceeded);
        Assert.Equal(Reason.QuotaExceeded, (await Assert.ThrowsAsync<MqttException>(() => refused)).ReasonCode);
        await peer.AcknowledgeAsync((await peer.ReadMessageAsync()).Id);
        await next;
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V50)]
    public async Task Message_SentAgainOverANewConnection_IsHandledOnce(MqttProtocolVersion version)
    {
        using var broker = new ScriptedBroker();
        var (client, first) = await SubscribedAsync(broker, version);
        await using var _ = client;
        using (first)
        {
            await first.PublishAsync("a", "once", MqttQos.ExactlyOnce, 7);
            Assert.Equal(7, await first.ReadIdAsync(PacketType.Pubrec));
            Assert.Equal("once", (await client.SeenAsync()).Payload);
        }

        using var second = await broker.AcceptAsync(Known);
        await second.PublishAsync("a", "once", MqttQos.ExactlyOnce, 7, duplicate: true);
        Assert.Equal(7, await second.ReadIdAsync(PacketType.Pubrec));
        await second.AnswerAsync(PacketType.Pubrel, 7);
        Assert.Equal(7, await second.ReadIdAsync(PacketType.Pubcomp));
        await second.PublishAsync("a", "another", MqttQos.ExactlyOnce, 7);
        Assert.Equal("another", (await client.SeenAsync()).Payload);
    }

    [Fact]
    public async Task Message_BeyondReceiveMaximum_IsHandledWhenItComesAgain()
    {
        using var broker = new ScriptedBroker();
        var (client, first) = await SubscribedAsync(broker, configure: o => o.ReceiveMaximum = 1);
        await using var _ = client;
        client.Acknowledges = false;
        const ushort Beyond = 2 + ClientPackets.Tolerated;
        using (first)
        {
            for (ushort id = 1; id <= Beyond; id++) await first.PublishAsync("a", $"{id}", MqttQos.ExactlyOnce, id);
            Assert.Equal(Reason.ReceiveMaximumExceeded, await first.ReadDisconnectAsync());
        }

        for (var id = 1; id < Beyond; id++) (await client.SeenAsync()).Acknowledgement.Complete();
        using var second = await broker.AcceptAsync(Known);
        await second.PublishAsync("a", "1", MqttQos.ExactlyOnce, 1, duplicate: true);
        Assert.Equal(1, await second.ReadIdAsync(PacketType.Pubrec));
        await second.PublishAsync("a", $"{Beyond}", MqttQos.ExactlyOnce, Beyond, duplicate: true);
        Assert.Equal($"{Beyond}", (await client.SeenAsync()).Payload);
    }

    [Fact]
    public async Task Message_NotHandledYetWhenItComesAgain_IsAnsweredWhenItsHandlerCompletes()
    {
        using var broker = new ScriptedBroker();
        var (client, first) = await SubscribedAsync(broker);
        await using var _ = client;
        client.Acknowledges = false;
        using (first) await first.PublishAsync("a", "once", MqttQos.ExactlyOnce, 7);
        var message = await client.SeenAsync();
        using var second = await broker.AcceptAsync(Known);
        await second.PublishAsync("a", "once", MqttQos.ExactlyOnce, 7, duplicate: true);
        await second.PublishAsync("a", "other", MqttQos.AtMostOnce);
        Assert.Equal("other", (await client.SeenAsync()).Payload);
        message.Acknowledgement.Complete();
        Assert.Equal(7, await second.ReadIdAsync(PacketType.Pubrec));
    }

    [Fact]
    public async Task Message_OfANewSession_IsHandledThoughItsIdentifierWasHeldInTheOldOne()
    {
        using var broker = new ScriptedBroker();
        var (client, first) = await SubscribedAsync(broker);
        await using var _ = client;
        using (first)
        {
            await first.PublishAsync("a", "old", MqttQos.ExactlyOnce, 7);
            Assert.Equal("old", (await client.SeenAsync()).Payload);
        }

        using var second = await broker.AcceptAsync();
        await second.GrantAsync();
        await second.PublishAsync("a", "new", MqttQos.ExactlyOnce, 7);
        Assert.Equal("new", (await client.SeenAsync()).Payload);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Message_WhoseHandlerFailed_IsHandledAgain(bool later)
    {
        using var broker = new ScriptedBroker();
        await using var client = new MqttClient(
            new MqttClientOptions { Port = broker.Port, ReconnectDelay = TimeSpan.FromMilliseconds(1) }, TimeProvider.System,
            new RecordingLog<MqttClient>());
        var connecting = client.ConnectAsync(TestContext.Current.CancellationToken);
        var calls = 0;
        using (var first = await broker.AcceptAsync())
        {
            await connecting;
            var subscribing = client.SubscribeAsync("a", MqttQos.ExactlyOnce, Handle, TestContext.Current.CancellationToken);
            await first.GrantAsync();
            await subscribing;
            await first.PublishAsync("a", "x", MqttQos.ExactlyOnce, 7);
            Assert.Null(await first.ReadAsync());
        }

        using var second = await broker.AcceptAsync(Known);
        await second.PublishAsync("a", "x", MqttQos.ExactlyOnce, 7, duplicate: true);
        Assert.Equal(7, await second.ReadIdAsync(PacketType.Pubrec));
        Assert.Equal(2, calls);

        ValueTask Handle(in MqttMessage message)
        {
            if (++calls > 1) message.Acknowledgement.Complete();
            else if (later) return new ValueTask(Task.FromException(new InvalidOperationException("a defect")));
            else throw new InvalidOperationException("a defect");
            return ValueTask.CompletedTask;
        }
    }

    private static async Task<(TestClient Client, RawClient Peer)> SubscribedAsync(
        ScriptedBroker broker, MqttProtocolVersion version = MqttProtocolVersion.V50, Action<MqttClientOptions>? configure = null)
    {
        var (client, peer) = await broker.ConnectAsync(configure: o =>
        {
            (o.ProtocolVersion, o.CleanStart, o.ClientId) = (version, false, "c");
            configure?.Invoke(o);
        });
        var subscribing = client.SubscribeAsync("a", MqttQos.ExactlyOnce);
        Assert.Equal(MqttQos.ExactlyOnce, (await peer.GrantAsync()).Topics[0].Qos);
        await subscribing;
        return (client, peer);
    }
}
