using System.Text;

namespace Plantroom.Mqtt.Tests.Contract;

/// <content>Messages arrive, once and in order.</content>
public abstract partial class ClientContract<TClient, TBroker>
{
    [Theory]
    [MemberData(nameof(VersionsAndQos))]
    public async Task Message_OfEachQos_ArrivesOnceAsItWasSent(MqttProtocolVersion version, MqttQos qos)
    {
        Need(version, qos);
        var client = await ConnectAsync(version);
        await client.SubscribeAsync(Topic("a/+"), qos);
        await client.PublishAsync(Topic("a/b"), "hello", qos);
        var seen = await client.NextAsync();
        Assert.Equal((Topic("a/b"), "hello", qos), (seen.Topic, seen.Payload, seen.Qos));
        Assert.False(seen.Retain || seen.Duplicate || seen.HasProperties);
        Assert.Equal(qos != Qos0, seen.Acknowledgement.IsOwed);
        await AssertNothingMoreAsync(client, client, qos);
    }

    [Theory]
    [MemberData(nameof(VersionsAndQos))]
    public async Task Messages_ManyAtOnce_ArriveInTheOrderOfTheCalls(MqttProtocolVersion version, MqttQos qos)
    {
        Need(version, qos);
        const int Count = 300;
        var subscriber = await ConnectAsync(version);
        var publisher = await ConnectAsync(version);
        await subscriber.SubscribeAsync(Topic("a"), qos);
        await Task.WhenAll(Enumerable.Range(0, Count).Select(i => publisher.PublishAsync(Topic("a"), $"{i}", qos)));
        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"{i}"), await subscriber.Handler.PayloadsAsync(Count));
    }

    [Theory]
    [InlineData(MqttQos.AtMostOnce, MqttQos.AtLeastOnce, MqttQos.AtMostOnce)]
    [InlineData(MqttQos.AtLeastOnce, MqttQos.AtMostOnce, MqttQos.AtMostOnce)]
    [InlineData(MqttQos.ExactlyOnce, MqttQos.AtLeastOnce, MqttQos.AtLeastOnce)]
    [InlineData(MqttQos.AtLeastOnce, MqttQos.ExactlyOnce, MqttQos.AtLeastOnce)]
    public async Task Qos_OfPublisherAndSubscriber_TheLowerOneIsDelivered(MqttQos published, MqttQos subscribed, MqttQos delivered)
    {
        Need(AnyVersion, published);
        Need(AnyVersion, subscribed);
        var client = await ConnectAsync();
        await client.SubscribeAsync(Topic("a"), subscribed);
        await client.PublishAsync(Topic("a"), "x", published);
        Assert.Equal(delivered, (await client.NextAsync()).Qos);
    }

    [Theory]
    [InlineData(MqttQos.AtMostOnce)]
    [InlineData(MqttQos.AtLeastOnce)]
    public async Task Payload_OfAMegabyte_ArrivesWhole(MqttQos qos)
    {
        var payload = new byte[1024 * 1024];
        new Random(7).NextBytes(payload);
        var client = await ConnectAsync();
        await client.SubscribeAsync(Topic("large"), qos);
        await client.PublishAsync(new MqttPublication(Topic("large"), payload, qos));
        var seen = await client.NextAsync();
        Assert.True(payload.AsSpan().SequenceEqual(seen.Bytes));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Payload_Empty_ArrivesEmpty(MqttProtocolVersion version)
    {
        Need(version);
        var client = await ConnectAsync(version);
        await client.SubscribeAsync(Topic("a"));
        await client.PublishAsync(Topic("a"), "");
        Assert.Equal("", (await client.NextAsync()).Payload);
    }

    [Theory]
    [InlineData(MqttQos.AtMostOnce)]
    [InlineData(MqttQos.AtLeastOnce)]
    public async Task Payload_ChangedAfterTheCall_IsSentAsItWas(MqttQos qos)
    {
        var client = await ConnectAsync();
        await client.SubscribeAsync(Topic("a"), qos);
        var payload = "0"u8.ToArray();
        for (var i = 0; i < 20; i++)
        {
            payload[0] = (byte)('a' + i);
            await client.PublishAsync(new MqttPublication(Topic("a"), payload, qos));
        }

        Assert.Equal("abcdefghijklmnopqrst", string.Concat(await client.Handler.PayloadsAsync(20)));
    }

    [Fact]
    public async Task Topic_OfAnyScript_ArrivesAsItIs()
    {
        var client = await ConnectAsync();
        var topic = Topic("Gebäude/水泵 房/🔥");
        await client.SubscribeAsync(topic);
        await client.PublishAsync(topic, "x");
        Assert.Equal(topic, (await client.NextAsync()).Topic);
    }

    [Theory]
    [InlineData("+/x", "a/x a/b/x x", "a/x")]
    [InlineData("a/+/c", "a/b/c a/b a/b/c/d", "a/b/c")]
    [InlineData("a/+/c", "a//c", "a//c")]
    [InlineData("a/#", "a a/b a/b/c b", "a a/b a/b/c")]
    [InlineData("a/+", "a a/ a/b a/b/c", "a/ a/b")]
    [InlineData("A", "a A", "A")]
    public async Task Filter_WithWildcards_MatchesWhatTheStandardSays(string filter, string topics, string matching)
    {
        if (topics.Contains("//", StringComparison.Ordinal)) Need(Ability.EmptyLevels);
        var client = await ConnectAsync();
        await client.SubscribeAsync(Topic(filter));
        foreach (var topic in topics.Split(' ')) await client.PublishAsync(Topic(topic), topic);
        Assert.Equal(matching.Split(' '), await client.Handler.PayloadsAsync(matching.Split(' ').Length));
        await AssertNothingMoreAsync(client, client);
    }

    [Theory]
    [InlineData("#")]
    [InlineData("+/dollar")]
    public async Task Filter_WithAWildcardFirst_DoesNotMatchDollarTopics(string filter)
    {
        Need(Ability.DollarTopics);
        var client = await ConnectAsync();
        var other = Topic("other");
        await client.SubscribeAsync(filter);
        await client.SubscribeAsync($"{other}/dollar");
        await client.PublishAsync($"${Topic("dollar")}", "x");
        await client.PublishAsync("$x/dollar", "x");
        await client.PublishAsync($"{other}/dollar", "visible");
        var seen = await client.NextAsync();
        while (!seen.Topic.EndsWith("dollar", StringComparison.Ordinal)) seen = await client.NextAsync();
        Assert.Equal("visible", seen.Payload);
    }

    [Fact]
    public async Task Handlers_OfDifferentFilters_GetTheirOwn()
    {
        var client = await ConnectAsync();
        var one = new Recorder();
        var two = new Recorder();
        await client.Client.SubscribeAsync(Topic("1"), Qos1, one.Handle, Cancelled);
        await client.Client.SubscribeAsync(Topic("2/#"), Qos1, two.Handle, Cancelled);
        await client.PublishAsync(Topic("2/x"), "second");
        await client.PublishAsync(Topic("1"), "first");
        Assert.Equal("first", (await one.NextAsync()).Payload);
        Assert.Equal("second", (await two.NextAsync()).Payload);
        Assert.Equal((1, 1), (one.Count, two.Count));
    }

    [Fact]
    public async Task Clients_ManyAtOnce_LoseNothingAndKeepTheOrderOfEach()
    {
        const int Publishers = 6, Each = 100;
        var subscriber = await ConnectAsync();
        await subscriber.SubscribeAsync(Topic("+"));
        var publishers = new List<ContractClient>();
        for (var i = 0; i < Publishers; i++) publishers.Add(await ConnectAsync());
        await Task.WhenAll(publishers.Select(async (publisher, p) =>
        {
            await Task.Yield();
            await Task.WhenAll(Enumerable.Range(0, Each).Select(i => publisher.PublishAsync(Topic($"{p}"), $"{i}")));
        }));
        var seen = await subscriber.Handler.NextAsync(Publishers * Each);
        foreach (var topic in seen.GroupBy(m => m.Topic))
            Assert.Equal(Enumerable.Range(0, Each).Select(i => $"{i}"), topic.Select(m => m.Payload));
    }

    [Fact]
    public async Task Handler_ThatReturnsLater_GetsTheNextMessageThen()
    {
        var client = await ConnectAsync();
        var pause = new TaskCompletionSource();
        client.Handler.Pause = pause.Task;
        await client.SubscribeAsync(Topic("a"));
        var publisher = await ConnectAsync();
        for (var i = 0; i < 5; i++) await publisher.PublishAsync(Topic("a"), $"{i}");
        Assert.Equal("0", (await client.NextAsync()).Payload);
        Assert.Equal(1, client.Handler.Count);
        client.Handler.Pause = Task.CompletedTask;
        pause.SetResult();
        Assert.Equal(["1", "2", "3", "4"], await client.Handler.PayloadsAsync(4));
    }

    [Fact]
    public async Task Handler_ThatPublishes_IsNotHeldUpByItself()
    {
        var client = await ConnectAsync();
        var publisher = await ConnectAsync();
        var answers = new Recorder();
        await publisher.Client.SubscribeAsync(Topic("answer"), Qos1, answers.Handle, Cancelled);
        await client.Client.SubscribeAsync(Topic("question"), Qos1, Answer, Cancelled);
        await publisher.PublishAsync(Topic("question"), "?");
        Assert.Equal("?!", (await answers.NextAsync()).Payload);

        ValueTask Answer(in MqttMessage message)
        {
            var acknowledgement = message.Acknowledgement;
            var text = Encoding.UTF8.GetString(message.Payload);
            _ = Task.Run(async () =>
            {
                await client.PublishAsync(Topic("answer"), text + "!");
                acknowledgement.Complete();
            });
            return ValueTask.CompletedTask;
        }
    }
}
