using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Tests.Contract;

/// <content>Wrong arguments, giving up, the end.</content>
public abstract partial class ClientContract<TClient, TBroker>
{
    [Theory]
    [InlineData("")]
    [InlineData("a/+")]
    [InlineData("a/#")]
    [InlineData("a\0b")]
    [InlineData("half a surrogate pair")]
    public async Task Publish_ToWhatIsNoTopicName_Throws(string topic)
    {
        // A test runner cannot carry this one.
        if (topic.StartsWith("half", StringComparison.Ordinal)) topic = "a\ud800";
        var client = await ConnectAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => client.PublishAsync(topic, "x", Qos0));
        await Assert.ThrowsAsync<ArgumentException>(() => client.PublishAsync(topic, "x", Qos1));
        Assert.True(client.Client.IsConnected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/#/b")]
    [InlineData("a+")]
    [InlineData("a#")]
    [InlineData("a\0")]
    [InlineData("$share/group")]
    [InlineData("$share//a")]
    [InlineData("$share/gr+up/a")]
    public async Task Subscribe_ToWhatIsNoTopicFilter_Throws(string filter)
    {
        var client = await ConnectAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => client.SubscribeAsync(filter));
        Assert.True(client.Client.IsConnected);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(268_435_456)]
    public async Task Subscribe_WithAnIdentifierOutOfRange_Throws(int identifier)
    {
        var client = await ConnectAsync();
        await Assert.ThrowsAnyAsync<ArgumentException>(
            () => client.SubscribeAsync(new MqttSubscription(Topic("a")) { Identifier = identifier }));
    }

    [Fact]
    public async Task Subscribe_SharedWithNoLocal_Throws()
    {
        var client = await ConnectAsync();
        await Assert.ThrowsAsync<ArgumentException>(
            () => client.SubscribeAsync(new MqttSubscription($"$share/g/{Topic("a")}") { NoLocal = true }));
    }

    [Theory]
    [MemberData(nameof(UnsendableProperties))]
    public async Task Publish_WithAPropertyThatCannotBeSent_Throws(string what)
    {
        Need(MqttProtocolVersion.V50);
        var client = await ConnectAsync();
        var publication = new MqttPublication(Topic("a"), default, Qos1) { Properties = Unsendable[what] };
        await Assert.ThrowsAsync<ArgumentException>(() => client.PublishAsync(publication));
        Assert.True(client.Client.IsConnected);
    }

    [Fact]
    public async Task Arguments_ThatAreNull_Throw()
    {
        var client = await ConnectAsync();
        await Assert.ThrowsAsync<ArgumentNullException>(() => client.PublishAsync(null!, "x"));
        await Assert.ThrowsAsync<ArgumentNullException>(() => client.SubscribeAsync((MqttSubscription)null!));
        await Assert.ThrowsAsync<ArgumentNullException>(() => client.Client.SubscribeAsync(Topic("a"), Qos1, null!, Cancelled));
        await Assert.ThrowsAsync<ArgumentNullException>(() => client.UnsubscribeAsync(null!));
    }

    [Fact]
    public async Task Calls_CancelledWithoutAConnection_EndAtOnceAndTheClientIsOfUse()
    {
        var cable = await CableAsync(plugged: false);
        var client = await CreateAsync(o => o.Port = cable.Port);
        using var cancellation = new CancellationTokenSource();
        var connecting = client.Client.ConnectAsync(cancellation.Token);
        var subscribing = client.Client.SubscribeAsync(Topic("a"), Qos1, client.Handler.Handle, cancellation.Token);
        var publishing = new[] { Qos0, Qos1 }
            .Select(qos => client.Client.PublishAsync(Topic("a"), "never"u8.ToArray(), qos, false, cancellation.Token).AsTask()).ToList();
        await Eventually.TrueAsync(() => client.Log.All.Count > 0, "it fails once");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => subscribing);
        foreach (var call in publishing) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        cable.Plug();
        await client.Client.ConnectAsync(Cancelled);
        await client.SubscribeAsync(Topic("b"));
        await client.PublishAsync(Topic("b"), "later");
        var seen = await client.NextAsync();
        while (seen.Topic != Topic("b")) seen = await client.NextAsync();
        Assert.Equal("later", seen.Payload);
    }

    [Fact]
    public async Task Publish_CancelledAlready_DoesNotPublish()
    {
        var client = await ConnectAsync();
        await client.SubscribeAsync(Topic("a"));
        var cancelled = new CancellationToken(canceled: true);
        foreach (var qos in new[] { Qos0, Qos1 })
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                async () => await client.Client.PublishAsync(Topic("a"), "x"u8.ToArray(), qos, false, cancelled));
        }

        await AssertNothingMoreAsync(client, client);
    }

    [Fact]
    public async Task Disposal_WhileCallsWait_EndsThem()
    {
        var cable = await CableAsync();
        var client = await ConnectAsync(o => o.Port = cable.Port);
        cable.LoseAnswers();
        var publishing = client.PublishAsync(Topic("a"), "x");
        var subscribing = client.SubscribeAsync(Topic("a"));
        await client.DisposeAsync();
        await Assert.ThrowsAsync<MqttException>(() => publishing);
        await Assert.ThrowsAsync<MqttException>(() => subscribing);
    }

    [Fact]
    public async Task Calls_AfterDisposal_Throw()
    {
        var client = await ConnectAsync();
        await client.Client.DisconnectAsync(Cancelled);
        await client.Client.DisconnectAsync(Cancelled);
        await client.Client.DisposeAsync();
        await client.Client.DisposeAsync();
        Assert.False(client.Client.IsConnected);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.Client.ConnectAsync(Cancelled));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.PublishAsync(Topic("a"), "x"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.PublishAsync(Topic("a"), "x", Qos0));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.SubscribeAsync(Topic("a")));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.UnsubscribeAsync(Topic("a")));
    }

    [Fact]
    public async Task Disposal_OfAClientThatNeverConnected_IsQuiet()
    {
        var client = await CreateAsync();
        await client.Client.DisposeAsync();
        Assert.Empty(client.Log.All);
    }

    [Fact]
    public async Task Disposal_WhileItConnects_EndsTheConnecting()
    {
        var cable = await CableAsync(plugged: false);
        var client = await CreateAsync(o => o.Port = cable.Port);
        var connecting = client.Client.ConnectAsync(Cancelled);
        await Eventually.TrueAsync(() => client.Log.All.Count > 0, "it fails once");
        await client.Client.DisposeAsync();
        await Assert.ThrowsAsync<MqttException>(() => connecting);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task ClientId_Empty_IsOnesOwnFromThenOn(MqttProtocolVersion version)
    {
        Need(version);
        var client = await ConnectAsync(o => (o.ClientId, o.ProtocolVersion) = ("", version));
        var other = await ConnectAsync(o => (o.ClientId, o.ProtocolVersion) = ("", version));
        await client.SubscribeAsync(Topic("a"));
        await other.PublishAsync(Topic("a"), "x");
        Assert.Equal("x", (await client.NextAsync()).Payload);
        Assert.True(client.Client.IsConnected && other.Client.IsConnected);
    }

    [Fact]
    public async Task Subscriptions_OfManyCallsAtOnce_AreAllGranted()
    {
        var client = await ConnectAsync();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => client.SubscribeAsync(Topic($"{i}"))));
        await Task.WhenAll(Enumerable.Range(0, 50).Where(i => i % 2 == 0).Select(i => client.UnsubscribeAsync(Topic($"{i}"))));
        for (var i = 0; i < 50; i++) await client.PublishAsync(Topic($"{i}"), $"{i}");
        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"{(2 * i) + 1}"), await client.Handler.PayloadsAsync(25));
    }

    [Fact]
    public async Task Refusal_ForGood_FailsTheFirstConnection()
    {
        await using var refusing = new RefusingBroker();
        var client = await CreateAsync(o => o.Port = refusing.Port);
        var exception = await Assert.ThrowsAsync<MqttException>(() => client.Client.ConnectAsync(Cancelled));
        Assert.Equal(Reason.NotAuthorized, exception.ReasonCode);
        Assert.False(client.Client.IsConnected);
    }
}
