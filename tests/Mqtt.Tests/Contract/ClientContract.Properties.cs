namespace Plantroom.Mqtt.Tests.Contract;

/// <content>What travels with a message.</content>
public abstract partial class ClientContract<TClient, TBroker>
{
    [Theory]
    [InlineData(MqttQos.AtMostOnce)]
    [InlineData(MqttQos.AtLeastOnce)]
    [InlineData(MqttQos.ExactlyOnce)]
    public async Task Properties_AllOfThem_ArriveAsTheyWereSent(MqttQos qos)
    {
        Need(MqttProtocolVersion.V50, qos);
        var client = await ConnectAsync();
        await client.SubscribeAsync(Topic("a"), qos);
        await client.PublishAsync(new MqttPublication(Topic("a"), "x"u8.ToArray(), qos)
        {
            Properties = new MqttPublicationProperties
            {
                Expiry = TimeSpan.FromHours(1),
                PayloadIsText = true,
                ContentType = "text/plain; charset=utf-8",
                ResponseTopic = Topic("answer"),
                CorrelationData = new byte[] { 0, 1, 255 },
                UserProperties = [new("name", "value"), new("", ""), new("name", "zweiter Wert 水"), new("other", "x")],
            },
        });
        var seen = await client.NextAsync();
        Assert.InRange(seen.Expiry!.Value, TimeSpan.FromMinutes(59), TimeSpan.FromHours(1));
        Assert.True(seen.PayloadIsText);
        Assert.Equal(("text/plain; charset=utf-8", Topic("answer")), (seen.ContentType, seen.ResponseTopic));
        Assert.Equal([0, 1, 255], seen.CorrelationData);
        Assert.Equal([new("name", "value"), new("", ""), new("name", "zweiter Wert 水"), new("other", "x")], seen.UserProperties);
    }

    [Fact]
    public async Task Properties_NoneOfThem_AreAbsent()
    {
        Need(MqttProtocolVersion.V50);
        var client = await ConnectAsync();
        await client.SubscribeAsync(Topic("a"));
        await client.PublishAsync(new MqttPublication(Topic("a"), "x"u8.ToArray(), Qos1) { Properties = new MqttPublicationProperties() });
        var seen = await client.NextAsync();
        Assert.False(seen.HasProperties || seen.PayloadIsText);
        Assert.Null(seen.Expiry);
        Assert.Equal(("", "", 0), (seen.ContentType, seen.ResponseTopic, seen.CorrelationData.Length));
        Assert.Empty(seen.UserProperties);
        Assert.Empty(seen.Identifiers);
    }

    [Theory]
    [InlineData(MqttQos.AtMostOnce)]
    [InlineData(MqttQos.AtLeastOnce)]
    public async Task Properties_OverA311Connection_StayBehindAndTheMessageArrives(MqttQos qos)
    {
        var client = await ConnectAsync(MqttProtocolVersion.V311);
        await client.SubscribeAsync(Topic("a"), qos);
        await client.PublishAsync(new MqttPublication(Topic("a"), "x"u8.ToArray(), qos)
        {
            Properties = new MqttPublicationProperties { ContentType = "text/plain", UserProperties = [new("a", "b")] },
        });
        var seen = await client.NextAsync();
        Assert.Equal("x", seen.Payload);
        Assert.False(seen.HasProperties);
    }

    [Fact]
    public async Task Properties_OfARetainedMessage_AreKeptWithIt()
    {
        Need(MqttProtocolVersion.V50);
        var client = await ConnectAsync();
        await client.PublishAsync(new MqttPublication(Topic("a"), "x"u8.ToArray(), Qos1, Retain: true)
        {
            Properties = new MqttPublicationProperties { ContentType = "kept", UserProperties = [new("a", "b")] },
        });
        await client.SubscribeAsync(Topic("a"));
        var seen = await client.NextAsync();
        Assert.Equal("kept", seen.ContentType);
        Assert.Equal([new("a", "b")], seen.UserProperties);
    }

    [Fact]
    public async Task Expiry_WhileTheSubscriberIsAway_TakesTheMessageAway()
    {
        Need(MqttProtocolVersion.V50);
        Need(Ability.MessageExpiry);
        var cable = await CableAsync();
        var subscriber = await ConnectAsync(o =>
        {
            KeepSession(o);
            o.Port = cable.Port;
            o.Will = new MqttWill(Topic("gone"), "gone"u8.ToArray());
        });
        var publisher = await ConnectAsync();
        await publisher.SubscribeAsync(Topic("gone"));
        await subscriber.SubscribeAsync(Topic("a"));
        cable.Unplug();

        // What was on its way to it already would come again, expired or not: the broker has to know that it is gone.
        await publisher.NextAsync();
        await Eventually.TrueAsync(() => !subscriber.Client.IsConnected, "it is gone");
        await publisher.PublishAsync(new MqttPublication(Topic("a"), "over"u8.ToArray(), Qos1)
        {
            Properties = new MqttPublicationProperties { Expiry = TimeSpan.FromSeconds(1) },
        });
        await publisher.PublishAsync(new MqttPublication(Topic("a"), "still good"u8.ToArray(), Qos1)
        {
            Properties = new MqttPublicationProperties { Expiry = TimeSpan.FromSeconds(100) },
        });

        // The broker's own clock: real time has to pass, for one that counts whole seconds up to two.
        await Task.Delay(TimeSpan.FromSeconds(2.1), TimeProvider.System, Cancelled);
        cable.Plug();
        var seen = await subscriber.NextAsync();
        Assert.Equal("still good", seen.Payload);
        Assert.InRange(seen.Expiry!.Value, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(99));
    }
}
