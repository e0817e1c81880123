using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Tests.Contract;

/// <summary>What any MQTT broker owes its clients, packet by packet.</summary>
public abstract partial class BrokerContract<TBroker>(TBroker broker) : ContractCase, IClassFixture<TBroker>
    where TBroker : BrokerPeer
{
    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Session_OfAClientThatComesBack_IsPresentUnlessItStartsClean(MqttProtocolVersion version)
    {
        Need(version);
        var id = ClientId();
        (await OpenAsync(id, version, Kept)).Dispose();
        using (var again = await OpenAsync(id, version, Kept)) Assert.True(again.Connack.SessionPresent);
        using (var clean = await OpenAsync(id, version)) Assert.False(clean.Connack.SessionPresent);
        using var later = await OpenAsync(id, version, Kept);
        if (!broker.Lacks.ContainsKey(Ability.EndOfTakenOverSession)) Assert.False(later.Connack.SessionPresent);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Session_WithAnUnacknowledgedMessage_SendsItAgainWithItsSubscription(MqttProtocolVersion version)
    {
        Need(version);
        var id = ClientId();
        using (var first = await OpenAsync(id, version, Kept))
        {
            await first.SubscribeAsync(Topic("a"));
            await first.PublishAsync(Topic("a"), "1", Qos1, id: 9);
            Assert.Equal("1", (await NextAsync(first)).Payload);
        }

        using var again = await OpenAsync(id, version, Kept);
        var message = await NextAsync(again);
        Assert.Equal("1", message.Payload);
        if (!broker.Lacks.ContainsKey(Ability.DuplicateFlag)) Assert.True(message.Duplicate);
        await again.AcknowledgeAsync(message.Id);
        await again.PublishAsync(Topic("a"), "2", Qos1, id: 9);
        Assert.Equal("2", (await NextAsync(again)).Payload);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task PublishOfQos2_SentAgainBeforeItsPubrel_IsDeliveredOnce(MqttProtocolVersion version)
    {
        Need(version, Qos2);
        Need(broker.Lacks, Ability.RepeatedAnswers);
        using var subscriber = await OpenAsync(ClientId(), version);
        await subscriber.SubscribeAsync(Topic("a"), Qos1);
        using var publisher = await OpenAsync(ClientId(), version);
        var again = !broker.Lacks.ContainsKey(Ability.ExactlyOnceAcrossConnections);
        for (var i = 0; i < (again ? 2 : 1); i++)
        {
            await publisher.PublishAsync(Topic("a"), "once", Qos2, id: 7, duplicate: i > 0);
            Assert.Equal((PacketType.Pubrec, 7), await AnswerAsync(publisher));
        }

        for (var i = 0; i < 2; i++)
        {
            await publisher.SendAsync(new AcknowledgementPacket(7, 0).Write(PacketType.Pubrel, version));
            Assert.Equal((PacketType.Pubcomp, 7), await AnswerAsync(publisher));
        }

        await publisher.PublishAsync(Topic("a"), "next", Qos1, id: 8);
        Assert.Equal("once", (await NextAsync(subscriber)).Payload);
        Assert.Equal("next", (await NextAsync(subscriber)).Payload);
    }

    [Fact]
    public async Task Pubacks_OfManyMessages_ComeInTheirOrder()
    {
        using var client = await OpenAsync(ClientId(), AnyVersion);
        for (ushort id = 1; id <= 50; id++) await client.PublishAsync(Topic("a"), $"{id}", Qos1, id);
        for (ushort id = 1; id <= 50; id++) Assert.Equal((PacketType.Puback, id), await AnswerAsync(client));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task TakeOver_OfAnOpenConnection_EndsTheOlderOne(MqttProtocolVersion version)
    {
        Need(version);
        var id = ClientId();
        using var older = await OpenAsync(id, version);
        using var newer = await OpenAsync(id, version);
        Assert.True(await EndsAsync(older, version == MqttProtocolVersion.V50 ? Reason.SessionTakenOver : null));
        await newer.AssertNothingAsync();
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Will_OfAClient_IsPublishedUnlessItSaysGoodbye(bool goodbye, bool published)
    {
        using var watcher = await OpenAsync(ClientId(), AnyVersion);
        await watcher.SubscribeAsync(Topic("will"));
        using (var client = await OpenAsync(ClientId(), AnyVersion, Mortal))
        {
            if (goodbye) await client.SendAsync(new DisconnectPacket(Reason.Success).Write(AnyVersion));
            if (goodbye) Assert.Null(await client.ReadAsync());
        }

        if (!published) await watcher.PublishAsync(Topic("will"), "none", Qos1, id: 3);
        Assert.Equal(published ? "gone" : "none", (await NextAsync(watcher)).Payload);
    }

    [Fact]
    public async Task Will_OfAClientThatAsksForIt_IsPublished()
    {
        Need(MqttProtocolVersion.V50);
        Need(broker.Lacks, Ability.DisconnectWithWill);
        using var watcher = await OpenAsync(ClientId(), MqttProtocolVersion.V50);
        await watcher.SubscribeAsync(Topic("will"));
        using var client = await OpenAsync(ClientId(), MqttProtocolVersion.V50, Mortal);
        await client.SendAsync(new DisconnectPacket(Reason.DisconnectWithWill).Write(MqttProtocolVersion.V50));
        Assert.Equal("gone", (await NextAsync(watcher)).Payload);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Subscribe_ToSeveralFilters_IsAnsweredForEachInOrder(MqttProtocolVersion version)
    {
        Need(version);
        Need(broker.Lacks, Ability.OrderedSuback);
        using var client = await OpenAsync(ClientId(), version);
        Assert.Equal([0, 1], await client.SubscribeAsync(new TopicRequest(Topic("a"), Qos0), new TopicRequest(Topic("b"), Qos1)));
    }

    [Fact]
    public async Task Unsubscribe_OfOneThatIsAndOneThatIsNot_SaysWhich()
    {
        Need(MqttProtocolVersion.V50);
        Need(broker.Lacks, Ability.UnsubscribeReasons);
        using var client = await OpenAsync(ClientId(), MqttProtocolVersion.V50);
        await client.SubscribeAsync(Topic("a"));
        await client.SendAsync(new PacketBuilder().UInt16(5).Properties([]).Text(Topic("a")).Text(Topic("b")).Build(PacketType.Unsubscribe, 2));
        var packet = await client.ReadAsync();
        Assert.Equal(PacketType.Unsuback, packet?.Type);
        Assert.Equal([Reason.Success, Reason.NoSubscriptionExisted], SubackPacket.Read(packet!.Body, MqttProtocolVersion.V50).Reasons);
    }

    [Fact]
    public async Task TopicAlias_OfTheClient_StandsForItsTopic()
    {
        Need(MqttProtocolVersion.V50);
        Need(broker.Lacks, Ability.TopicAlias);
        using var client = await OpenAsync(ClientId(), MqttProtocolVersion.V50);
        Assert.True(client.Connack.TopicAliasMaximum > 0);
        await client.SubscribeAsync(Topic("a"), Qos0);
        await client.PublishAsync(Topic("a"), "1", properties: [(byte)Property.TopicAlias, 0, 1]);
        await client.PublishAsync("", "2", properties: [(byte)Property.TopicAlias, 0, 1]);
        var messages = new[] { await NextAsync(client), await NextAsync(client) };
        Assert.Equal([(Topic("a"), "1"), (Topic("a"), "2")], messages.Select(m => (m.Topic, m.Payload)));
    }

    [Fact]
    public async Task ReceiveMaximum_OfTheClient_IsKeptTo()
    {
        Need(MqttProtocolVersion.V50);
        Need(broker.Lacks, Ability.ReceiveMaximum);
        using var client = await OpenAsync(ClientId(), MqttProtocolVersion.V50, c => c with { ReceiveMaximum = 2 });
        await client.SubscribeAsync(Topic("a"));
        using var publisher = await OpenAsync(ClientId(), MqttProtocolVersion.V50);
        for (ushort id = 1; id <= 4; id++) await publisher.PublishAsync(Topic("a"), $"{id}", Qos1, id);
        for (ushort id = 1; id <= 4; id++) await AnswerAsync(publisher);
        var first = await client.ReadMessageAsync();
        await client.ReadMessageAsync();
        await client.AssertNothingAsync();
        await client.AcknowledgeAsync(first.Id);
        Assert.Equal("3", (await client.ReadMessageAsync()).Payload);
        if (!broker.Lacks.ContainsKey(Ability.ReceiveMaximumThroughout)) await client.AssertNothingAsync();
    }

    private void Need(MqttProtocolVersion version, MqttQos qos = Qos0)
    {
        if (version == MqttProtocolVersion.V50) Need(broker.Lacks, Ability.Version5);
        if (qos == Qos2) Need(broker.Lacks, Ability.ExactlyOnce);
    }

    private MqttProtocolVersion AnyVersion =>
        broker.Lacks.ContainsKey(Ability.Version5) ? MqttProtocolVersion.V311 : MqttProtocolVersion.V50;

    private static ConnectPacket Kept(ConnectPacket connect) => connect with { CleanStart = false, SessionExpiry = 300 };

    private ConnectPacket Mortal(ConnectPacket connect) => connect with
    {
        Will = new WillMessage(System.Text.Encoding.UTF8.GetBytes(Topic("will")), "gone"u8.ToArray(), Qos1, false, 0, []),
    };

    private async Task<RawClient> OpenAsync(string id, MqttProtocolVersion version, Func<ConnectPacket, ConnectPacket>? with = null)
    {
        var client = await RawClient.OpenAsync(await broker.PortAsync());
        var connect = new ConnectPacket { ClientId = id, Version = version }.As(broker);
        await client.ConnectAsync(with is null ? connect : with(connect));
        Assert.Equal(Reason.Success, client.Connack.Reason);
        return client;
    }

    /// <summary>The next message; answers to what the client itself has published may come before it.</summary>
    private static async Task<RawMessage> NextAsync(RawClient client)
    {
        var packet = await client.ReadAsync();
        while (packet?.Type == PacketType.Puback) packet = await client.ReadAsync();
        Assert.Equal(PacketType.Publish, packet?.Type);
        return RawMessage.Read(packet!, client.Version);
    }

    private static async Task<(PacketType Type, int Id)> AnswerAsync(RawClient client)
    {
        var packet = await client.ReadAsync();
        Assert.NotNull(packet);
        return (packet.Type, AcknowledgementPacket.Read(packet.Body, client.Version).PacketId);
    }

    private static async Task<bool> EndsAsync(RawClient client, byte? reason = null)
    {
        while (await client.ReadAsync() is { } packet)
        {
            Assert.Equal(PacketType.Disconnect, packet.Type);
            if (reason is not null) Assert.Equal(reason, DisconnectPacket.Read(packet.Body, client.Version).Reason);
        }

        return true;
    }
}
