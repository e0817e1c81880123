using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Tests.Contract;

/// <content>Connections are lost, and nothing else is.</content>
public abstract partial class ClientContract<TClient, TBroker>
{
    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Connection_Cut_IsMadeAgainWithItsSubscriptions(MqttProtocolVersion version)
    {
        Need(version);
        var cable = await CableAsync();
        var client = await ConnectAsync(o => (o.Port, o.ProtocolVersion) = (cable.Port, version));
        var publisher = await ConnectAsync(version);
        await client.SubscribeAsync(Topic("a"));
        await client.SubscribeAsync(Topic("b/+"));
        await client.SubscribeAsync(Topic("gone"));
        await client.UnsubscribeAsync(Topic("gone"));
        await AcrossACutAsync(cable, client);
        await client.PublishAsync(Topic("fence"), "");
        await publisher.PublishAsync(Topic("gone"), "0");
        await publisher.PublishAsync(Topic("a"), "1");
        await publisher.PublishAsync(Topic("b/x"), "2");
        Assert.Equal(["1", "2"], await client.Handler.PayloadsAsync(2));
    }

    [Fact]
    public async Task IsConnected_WhileThereIsNoBroker_IsFalse()
    {
        var cable = await CableAsync();
        var client = await CreateAsync(o => o.Port = cable.Port);
        Assert.False(client.Client.IsConnected);
        await client.Client.ConnectAsync(Cancelled);
        Assert.True(client.Client.IsConnected);
        cable.Unplug();
        await Eventually.TrueAsync(() => !client.Client.IsConnected, "it has noticed");
        cable.Plug();
        await client.UntilConnectedAsync();
    }

    [Fact]
    public async Task Connect_BeforeTheBrokerIsThere_CompletesWhenItIs()
    {
        var cable = await CableAsync(plugged: false);
        var client = await CreateAsync(o => o.Port = cable.Port);
        var connecting = client.Client.ConnectAsync(Cancelled);
        await Eventually.TrueAsync(() => client.Log.All.Count > 0, "it fails once");
        Assert.False(connecting.IsCompleted);
        cable.Plug();
        await connecting;
        Assert.True(client.Client.IsConnected);
    }

    [Theory]
    [MemberData(nameof(VersionsAndQos))]
    public async Task Publish_WithoutAConnection_WaitsForOne(MqttProtocolVersion version, MqttQos qos)
    {
        Need(version, qos);
        var cable = await CableAsync();
        var client = await ConnectAsync(o => (o.Port, o.ProtocolVersion) = (cable.Port, version));
        var subscriber = await ConnectAsync(version);
        await subscriber.SubscribeAsync(Topic("a"), qos);
        cable.Unplug();
        await Eventually.TrueAsync(() => !client.Client.IsConnected, "it is gone");
        var publishing = client.PublishAsync(Topic("a"), "late", qos);
        Assert.False(publishing.IsCompleted);
        cable.Plug();
        await publishing;
        Assert.Equal("late", (await subscriber.NextAsync()).Payload);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Publish_WhoseAcknowledgementIsLost_IsSentAgain(MqttProtocolVersion version)
    {
        Need(version);
        var cable = await CableAsync();
        var client = await ConnectAsync(o =>
        {
            (o.Port, o.ProtocolVersion) = (cable.Port, version);
            KeepSession(o);
        });
        var subscriber = await ConnectAsync(version);
        await subscriber.SubscribeAsync(Topic("a"));
        cable.LoseAnswers();
        var publishing = client.PublishAsync(Topic("a"), "x");
        Assert.Equal("x", (await subscriber.NextAsync()).Payload);
        Assert.False(publishing.IsCompleted);
        cable.Cut();
        await publishing;
        Assert.Equal("x", (await subscriber.NextAsync()).Payload);
        await AssertNothingMoreAsync(subscriber, client);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task PublishOfQos2_WhoseAnswersAreLost_ArrivesOnce(MqttProtocolVersion version)
    {
        Need(version, Qos2);
        Need(Ability.ExactlyOnceAcrossConnections);
        var cable = await CableAsync();
        var client = await ConnectAsync(o =>
        {
            (o.Port, o.ProtocolVersion) = (cable.Port, version);
            KeepSession(o);
        });
        var subscriber = await ConnectAsync(version);
        await subscriber.SubscribeAsync(Topic("a"), Qos2);
        cable.LoseAnswers();
        var publishing = Task.WhenAll(Enumerable.Range(0, 5).Select(i => client.PublishAsync(Topic("a"), $"{i}", Qos2)));
        await Task.Yield();
        cable.Cut();
        await publishing;
        Assert.Equal(["0", "1", "2", "3", "4"], await subscriber.Handler.PayloadsAsync(5));
        await AssertNothingMoreAsync(subscriber, client, Qos2);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task MessageOfQos2_WhoseDeliveryIsCutShort_ArrivesOnce(MqttProtocolVersion version)
    {
        Need(version, Qos2);
        Need(Ability.ExactlyOnceAcrossConnections);
        const int Count = 60;
        var cable = await CableAsync();
        var subscriber = await ConnectAsync(o =>
        {
            (o.Port, o.ProtocolVersion) = (cable.Port, version);
            KeepSession(o);
        });
        var publisher = await ConnectAsync(version);
        await subscriber.SubscribeAsync(Topic("a"), Qos2);
        for (var i = 0; i < Count; i++)
        {
            if (i % 20 == 10) cable.Cut();
            await publisher.PublishAsync(Topic("a"), $"{i}", Qos2);
        }

        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"{i}"), await subscriber.Handler.PayloadsAsync(Count));
        await AssertNothingMoreAsync(subscriber, publisher, Qos2);
    }

    [Fact]
    public async Task Publishes_AcrossCuts_AreAllThereInTheOrderOfTheirFirstArrival()
    {
        const int Count = 300;
        var cable = await CableAsync();
        var client = await ConnectAsync(o => o.Port = cable.Port);
        var subscriber = await ConnectAsync();
        await subscriber.SubscribeAsync(Topic("a"));
        var publishing = new List<Task>();
        for (var i = 0; i < Count; i++)
        {
            if (i % 100 == 50) cable.Cut();
            publishing.Add(client.PublishAsync(Topic("a"), $"{i}"));
        }

        await Task.WhenAll(publishing);
        await client.PublishAsync(Topic("a"), "end");
        var seen = new List<string>();
        for (var next = await subscriber.NextAsync(); next.Payload != "end"; next = await subscriber.NextAsync()) seen.Add(next.Payload);
        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"{i}"), seen.Distinct());
    }

    [Theory]
    [MemberData(nameof(VersionsAndQosThatIsKept))]
    public async Task Session_ThatIsKept_GetsWhatCameMeanwhile(MqttProtocolVersion version, MqttQos qos)
    {
        Need(version, qos);
        var cable = await CableAsync();
        var subscriber = await ConnectAsync(o =>
        {
            (o.Port, o.ProtocolVersion) = (cable.Port, version);
            KeepSession(o);
        });
        var publisher = await ConnectAsync(version);
        await subscriber.SubscribeAsync(Topic("a"), qos);
        cable.Unplug();
        await Eventually.TrueAsync(() => !subscriber.Client.IsConnected, "it is gone");
        for (var i = 0; i < 5; i++) await publisher.PublishAsync(Topic("a"), $"{i}", qos);
        cable.Plug();
        Assert.Equal(["0", "1", "2", "3", "4"], await subscriber.Handler.PayloadsAsync(5));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Message_NotAcknowledged_ComesAgainAfterACut(MqttProtocolVersion version)
    {
        Need(version);
        var cable = await CableAsync();
        var client = await ConnectAsync(o =>
        {
            (o.Port, o.ProtocolVersion) = (cable.Port, version);
            KeepSession(o);
        });
        var publisher = await ConnectAsync(version);
        client.Handler.Acknowledges = false;
        await client.SubscribeAsync(Topic("a"));
        await publisher.PublishAsync(Topic("a"), "kept");
        var first = await client.NextAsync();
        client.Handler.Acknowledges = true;
        cable.Cut();
        var again = await client.NextAsync();
        Assert.Equal(("kept", false), (again.Payload, first.Duplicate));
        if (!broker.Lacks.ContainsKey(Ability.DuplicateFlag)) Assert.True(again.Duplicate);

        // The connection that owed it is gone: completing it does nothing.
        first.Acknowledgement.Complete();
        await client.PublishAsync(Topic("fence"), "");
        await AcrossACutAsync(cable, client);
        await AssertNothingMoreAsync(client, publisher);
    }

    [Fact]
    public async Task Acknowledgements_CompletedOutOfOrder_AreSentInOrder()
    {
        Need(MqttProtocolVersion.V50);
        Need(Ability.ReceiveMaximum);
        var client = await ConnectAsync(o => o.ReceiveMaximum = 3);
        var publisher = await ConnectAsync();
        client.Handler.Acknowledges = false;
        await client.SubscribeAsync(Topic("a"));
        for (var i = 0; i < 6; i++) await publisher.PublishAsync(Topic("a"), $"{i}");
        var first = await client.Handler.NextAsync(3);
        first[2].Acknowledgement.Complete();
        first[1].Acknowledgement.Complete();
        Assert.Equal(["0", "1", "2"], first.Select(m => m.Payload));
        await client.PublishAsync(Topic("fence"), "");
        Assert.Equal(3, client.Handler.Count);
        first[0].Acknowledgement.Complete();
        Assert.Equal(["3", "4", "5"], await client.Handler.PayloadsAsync(3));
    }

    [Fact]
    public async Task Handler_ThatFails_CostsTheConnectionAndGetsTheMessageAgain()
    {
        var client = await ConnectAsync(KeepSession);
        client.ExpectsErrors = true;
        var publisher = await ConnectAsync();
        var calls = 0;
        await client.Client.SubscribeAsync(Topic("a"), Qos1, Fail, Cancelled);
        await publisher.PublishAsync(Topic("a"), "x");
        Assert.Equal("x", (await client.NextAsync()).Payload);
        Assert.Equal(2, calls);
        Assert.NotEmpty(client.Log.Errors);

        ValueTask Fail(in MqttMessage message) => ++calls == 1
            ? ValueTask.FromException(new InvalidOperationException("as the case wants it"))
            : client.Handler.Handle(message);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task TakeOver_ByAnotherClientOfThatId_IsAnsweredByConnectingAgain(MqttProtocolVersion version)
    {
        Need(version);
        if (version == MqttProtocolVersion.V50) Need(Ability.EndOfTakenOverSession);
        var client = await ConnectAsync(o => (o.ClientId, o.ProtocolVersion) = (ClientId("same"), version));
        await client.SubscribeAsync(Topic("a"));
        using (var rival = await RawClient.OpenAsync(await broker.PortAsync()))
        {
            await rival.ConnectAsync(new ConnectPacket { ClientId = ClientId("same"), Version = version }.As(broker));
            Assert.True(await IsEndedAsync(rival), "the client has taken its place back");
        }

        await client.UntilConnectedAsync();
        await client.PublishAsync(Topic("a"), "x");
        Assert.Equal("x", (await client.NextAsync()).Payload);
    }

    [Theory]
    [MemberData(nameof(VersionsAndQos))]
    public async Task Will_OfAClientThatIsCutOff_IsPublished(MqttProtocolVersion version, MqttQos qos)
    {
        Need(version, qos);
        var cable = await CableAsync();
        var watcher = await ConnectAsync(version);
        await watcher.SubscribeAsync(Topic("will"), qos);
        await ConnectAsync(o => (o.Port, o.ProtocolVersion, o.Will) =
            (cable.Port, version, new MqttWill(Topic("will"), "gone"u8.ToArray(), qos, Retain: true)));
        cable.Unplug();
        var seen = await watcher.NextAsync();
        Assert.Equal(("gone", qos, false), (seen.Payload, seen.Qos, seen.Retain));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Will_OfAClientThatSaysGoodbye_IsNotPublished(MqttProtocolVersion version)
    {
        Need(version);
        var watcher = await ConnectAsync(version);
        await watcher.SubscribeAsync(Topic("will"));
        var client = await ConnectAsync(o => (o.ProtocolVersion, o.Will) = (version, new MqttWill(Topic("will"), "gone"u8.ToArray())));
        await client.Client.DisconnectAsync(Cancelled);
        await AssertNothingMoreAsync(watcher, watcher);
    }

    [Fact]
    public async Task Will_WithADelay_IsNotPublishedWhenItsClientComesBack()
    {
        Need(MqttProtocolVersion.V50);
        Need(Ability.WillDelay);
        var cable = await CableAsync();
        var watcher = await ConnectAsync();
        await watcher.SubscribeAsync(Topic("will"));
        var client = await ConnectAsync(o =>
        {
            KeepSession(o);
            (o.Port, o.Will) = (cable.Port, new MqttWill(Topic("will"), "gone"u8.ToArray(), Delay: TimeSpan.FromSeconds(100)));
        });
        await AcrossACutAsync(cable, client);
        await client.PublishAsync(Topic("fence"), "");
        await AssertNothingMoreAsync(watcher, client);
    }

    private static async Task AcrossACutAsync(Cable cable, ContractClient client)
    {
        var before = cable.Connections;
        cable.Cut();
        await Eventually.TrueAsync(() => cable.Connections > before && client.Client.IsConnected, "it is connected again");
    }

    private static async Task<bool> IsEndedAsync(RawClient client)
    {
        while (await client.ReadAsync() is { } packet) Assert.Equal(PacketType.Disconnect, packet.Type);
        return true;
    }
}
