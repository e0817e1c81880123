namespace Plantroom.Mqtt.Tests.Contract;

/// <content>Retained messages, subscription options, the end of a subscription.</content>
public abstract partial class ClientContract<TClient, TBroker>
{
    [Theory]
    [MemberData(nameof(VersionsAndQos))]
    public async Task Retained_BeforeTheSubscription_ComesWithItAndSaysSo(MqttProtocolVersion version, MqttQos qos)
    {
        Need(version, qos);
        var client = await ConnectAsync(version);
        await client.PublishAsync(Topic("a"), "first", qos, retain: true);
        await client.PublishAsync(Topic("a"), "last", qos, retain: true);
        if (qos == Qos0) await client.PublishAsync(Topic("fence"), "", Qos1);
        await client.SubscribeAsync(Topic("a"), qos);
        var seen = await client.NextAsync();
        Assert.Equal(("last", true), (seen.Payload, seen.Retain));
        await AssertNothingMoreAsync(client, client, qos);
    }

    [Fact]
    public async Task Retained_OfSeveralTopics_ComeWithAWildcard()
    {
        var client = await ConnectAsync();
        foreach (var topic in new[] { "a/1", "a/2", "b/1" }) await client.PublishAsync(Topic(topic), topic, Qos1, retain: true);
        await client.SubscribeAsync(Topic("a/+"));
        Assert.Equal(["a/1", "a/2"], (await client.Handler.PayloadsAsync(2)).Order());
        await AssertNothingMoreAsync(client, client);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Retained_WithAnEmptyPayload_IsRemoved(MqttProtocolVersion version)
    {
        Need(version);
        var client = await ConnectAsync(version);
        await client.PublishAsync(Topic("a"), "x", Qos1, retain: true);
        await client.PublishAsync(Topic("a"), "", Qos1, retain: true);
        await client.SubscribeAsync(Topic("a"));
        await AssertNothingMoreAsync(client, client);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RetainAsPublished_OfALiveMessage_SaysWhatThePublisherSaid(bool asPublished)
    {
        if (asPublished) Need(MqttProtocolVersion.V50);
        var client = await ConnectAsync();
        await client.SubscribeAsync(new MqttSubscription(Topic("a")) { RetainAsPublished = asPublished });
        await client.PublishAsync(Topic("a"), "retained", Qos1, retain: true);
        await client.PublishAsync(Topic("a"), "not", Qos1);
        Assert.Equal(asPublished, (await client.NextAsync()).Retain);
        Assert.False((await client.NextAsync()).Retain);
    }

    [Theory]
    [InlineData(MqttRetainHandling.Send, "kept kept")]
    [InlineData(MqttRetainHandling.SendIfNew, "kept")]
    [InlineData(MqttRetainHandling.DoNotSend, "")]
    public async Task RetainHandling_OfTwoSubscriptions_SendsAsOftenAsItSays(MqttRetainHandling handling, string expected)
    {
        Need(MqttProtocolVersion.V50);
        var client = await ConnectAsync();
        await client.PublishAsync(Topic("a"), "kept", Qos1, retain: true);
        var seen = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            await client.SubscribeAsync(new MqttSubscription(Topic("a")) { Retained = handling });
            await client.SubscribeAsync(Topic($"fence{i}"));
            await client.PublishAsync(Topic($"fence{i}"), "fence");
            for (var next = await client.NextAsync(); next.Payload != "fence"; next = await client.NextAsync()) Add(next);
        }

        Assert.Equal(expected, string.Join(' ', seen));

        // A second handler of the same filter is called as well: what comes once may be seen twice, with one topic and flag.
        void Add(Seen next)
        {
            Assert.Equal((Topic("a"), true), (next.Topic, next.Retain));
            if (seen.Count < 2) seen.Add(next.Payload);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task NoLocal_OfAClientThatPublishesItself_LeavesItsOwnOut(bool noLocal)
    {
        if (noLocal) Need(MqttProtocolVersion.V50);
        var client = await ConnectAsync();
        var other = await ConnectAsync();
        await client.SubscribeAsync(new MqttSubscription(Topic("a")) { NoLocal = noLocal });
        await client.PublishAsync(Topic("a"), "own");
        await other.PublishAsync(Topic("a"), "other's");
        if (!noLocal) Assert.Equal("own", (await client.NextAsync()).Payload);
        Assert.Equal("other's", (await client.NextAsync()).Payload);
    }

    [Fact]
    public async Task Identifier_OfASubscription_ComesBackWithItsMessages()
    {
        Need(MqttProtocolVersion.V50);
        var client = await ConnectAsync();
        await client.SubscribeAsync(new MqttSubscription(Topic("a/+")) { Identifier = 268_435_455 });
        await client.SubscribeAsync(Topic("b"));
        await client.PublishAsync(Topic("a/x"), "with");
        await client.PublishAsync(Topic("b"), "without");
        Assert.Equal([268_435_455], (await client.NextAsync()).Identifiers);
        Assert.Empty((await client.NextAsync()).Identifiers);
    }

    [Theory]
    [InlineData(MqttQos.AtLeastOnce)]
    [InlineData(MqttQos.ExactlyOnce)]
    public async Task Shared_AmongTwo_SpreadsTheMessagesOverThem(MqttQos qos)
    {
        Need(MqttProtocolVersion.V50, qos);
        Need(Ability.SharedSubscriptions);
        const int Count = 100;
        var members = new[] { await ConnectAsync(), await ConnectAsync() };
        foreach (var member in members) await member.SubscribeAsync($"$share/group/{Topic("a/+")}", qos);
        var publisher = await ConnectAsync();
        for (var i = 0; i < Count; i++) await publisher.PublishAsync(Topic($"a/{i}"), $"{i}", qos);
        await Eventually.TrueAsync(() => members.Sum(m => m.Handler.Count) == Count, "all have arrived");
        foreach (var member in members)
        {
            Assert.InRange(member.Handler.Count, 1, Count - 1);
            await AssertSharedAsync(member.Handler);
        }

        async Task AssertSharedAsync(Recorder handler)
        {
            var numbers = (await handler.PayloadsAsync(handler.Count)).Select(int.Parse).ToList();
            Assert.Equal(numbers.Order(), numbers);
        }
    }

    [Fact]
    public async Task Shared_OfDifferentGroups_EachGetsAll()
    {
        Need(MqttProtocolVersion.V50);
        Need(Ability.SharedSubscriptions);
        var one = await ConnectAsync();
        var two = await ConnectAsync();
        await one.SubscribeAsync($"$share/one/{Topic("a")}");
        await two.SubscribeAsync($"$share/two/{Topic("a")}");
        await one.PublishAsync(Topic("a"), "x");
        Assert.Equal("x", (await one.NextAsync()).Payload);
        Assert.Equal("x", (await two.NextAsync()).Payload);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Unsubscribed_Filter_GetsNothingMore(MqttProtocolVersion version)
    {
        Need(version);
        var client = await ConnectAsync(version);
        var publisher = await ConnectAsync(version);
        await client.SubscribeAsync(Topic("a"));
        await client.SubscribeAsync(Topic("b"));
        await client.UnsubscribeAsync(Topic("a"));
        await publisher.PublishAsync(Topic("a"), "not seen");
        await publisher.PublishAsync(Topic("b"), "seen");
        Assert.Equal("seen", (await client.NextAsync()).Payload);
        await client.SubscribeAsync(Topic("a"));
        await publisher.PublishAsync(Topic("a"), "again");
        Assert.Equal("again", (await client.NextAsync()).Payload);
        await AssertNothingMoreAsync(client, publisher);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Unsubscribed_FilterThatIsNot_IsNoError(MqttProtocolVersion version)
    {
        Need(version);
        var client = await ConnectAsync(version);
        await client.UnsubscribeAsync(Topic("never"));
        await client.SubscribeAsync(Topic("a"));
        await client.PublishAsync(Topic("a"), "x");
        Assert.Equal("x", (await client.NextAsync()).Payload);
    }

    [Fact]
    public async Task Unsubscribed_SharedFilter_LeavesAllToTheOthers()
    {
        Need(MqttProtocolVersion.V50);
        Need(Ability.SharedSubscriptions);
        var stays = await ConnectAsync();
        var leaves = await ConnectAsync();
        var filter = $"$share/g/{Topic("a")}";
        await stays.SubscribeAsync(filter);
        await leaves.SubscribeAsync(filter);
        await leaves.UnsubscribeAsync(filter);
        for (var i = 0; i < 4; i++) await leaves.PublishAsync(Topic("a"), $"{i}");
        Assert.Equal(["0", "1", "2", "3"], await stays.Handler.PayloadsAsync(4));
    }
}
