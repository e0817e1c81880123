using Plantroom.Mqtt.Broker.Security;
using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Tests.Persistence;
using Plantroom.TestKit;

namespace Plantroom.Mqtt.Tests.Security;

/// <summary>What the rules about topics refuse, packet by packet, and what becomes of what was allowed when they change.</summary>
public sealed class AuthorizationTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly ManualClock clock = new();

    private string Acl => folder.File("acl");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(MqttProtocolVersion.V311, 0x80)]
    [InlineData(MqttProtocolVersion.V50, Reason.NotAuthorized)]
    public async Task Subscribe_ToWhatIsDenied_IsRefusedFilterByFilter(MqttProtocolVersion version, byte refused)
    {
        await using var broker = await StartAsync("topic read open/#");
        await broker.PublishAsync("secret/x", "s"u8.ToArray(), MqttQos.AtLeastOnce, retain: true);
        await broker.PublishAsync("open/x", "o"u8.ToArray(), MqttQos.AtLeastOnce, retain: true);
        using var client = await broker.ConnectAsync("c", version);
        Assert.Equal(
            [refused, 1, refused, refused, 1],
            await client.SubscribeAsync(One("secret/x"), One("open/+"), One("#"), One("$share/g/secret/#"), One("$share/g/open/#")));
        await client.AssertMessagesAsync("o");
        await broker.PublishAsync("secret/x", "s"u8.ToArray(), MqttQos.AtLeastOnce, retain: false);
        await client.AssertNothingAsync();
    }

    [Fact]
    public async Task Publish_ToWhatIsDenied_IsRefusedInTheAnswerAndReachesNobody()
    {
        await using var broker = await StartAsync("topic write open/#", "topic read #");
        using var reader = await broker.ConnectAsync("reader");
        await reader.SubscribeAsync("#");
        using var client = await broker.ConnectAsync("c");
        await client.PublishAsync("secret/x", "0", retain: true);
        await client.PublishAsync("secret/x", "1", MqttQos.AtLeastOnce, 1, retain: true);
        await client.PublishAsync("secret/x", "2", MqttQos.ExactlyOnce, 2, retain: true);
        Assert.Equal(new Answer(PacketType.Puback, 1, Reason.NotAuthorized), await client.ReadAnswerAsync());
        Assert.Equal(new Answer(PacketType.Pubrec, 2, Reason.NotAuthorized), await client.ReadAnswerAsync());
        await client.PublishAsync("open/x", "3", MqttQos.ExactlyOnce, 2);
        Assert.Equal(new Answer(PacketType.Pubrec, 2), await client.ReadAnswerAsync());
        await reader.AssertMessagesAsync("3");
        Assert.Equal(3, broker.Broker.Statistics.Unauthorized);
        using var late = await broker.ConnectAsync("late");
        await late.SubscribeAsync("secret/#");
        await late.AssertNothingAsync();
    }

    [Theory]
    [InlineData(MqttQos.AtMostOnce)]
    [InlineData(MqttQos.AtLeastOnce)]
    [InlineData(MqttQos.ExactlyOnce)]
    public async Task Publish_ToWhatIsDenied_EndsA311Connection(MqttQos qos)
    {
        await using var broker = await StartAsync("topic write open/#");
        using var client = await broker.ConnectAsync("c", MqttProtocolVersion.V311);
        await client.PublishAsync("secret/x", "1", qos, 1);
        Assert.Null(await client.ReadAsync());
        Assert.Equal(Reason.NotAuthorized, (await broker.ErrorAsync()).ReasonCode);
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V50)]
    public async Task Will_ForWhatIsDenied_RefusesTheClient(MqttProtocolVersion version)
    {
        await using var broker = await StartAsync("topic write open/#");
        using var client = await broker.ConnectAsync(
            "c", version, c => c with { Will = new WillMessage("secret/x"u8.ToArray(), "w"u8.ToArray(), 0, false, 0, []) });
        Assert.Equal(Reason.NotAuthorized, client.Connack.Reason);
        Assert.Null(await client.ReadAsync());
    }

    [Theory]
    [InlineData(MqttQos.AtLeastOnce)]
    [InlineData(MqttQos.ExactlyOnce)]
    public async Task Messages_OfAFilterThatIsDeniedMeanwhile_AreNotSentWhenTheClientComesBack(MqttQos qos)
    {
        await using var broker = await StartAsync("topic #");
        using (var client = await KeptAsync(broker))
        {
            await client.SubscribeAsync(new TopicRequest("a", qos), new TopicRequest("b", qos));
            await broker.PublishAsync("a", "sent"u8.ToArray(), qos, retain: false);
            await client.ReadMessageAsync();
        }

        await Eventually.TrueAsync(() => broker.Broker.Statistics.Connections == 0, "it is gone");
        await broker.PublishAsync("a", "queued"u8.ToArray(), qos, retain: false);
        await broker.PublishAsync("b", "allowed"u8.ToArray(), qos, retain: false);
        Change("topic b");
        using var again = await KeptAsync(broker);
        await again.AssertMessagesAsync("allowed");
        Assert.Equal(2, broker.Broker.Statistics.Dropped);
        await broker.PublishAsync("a", "later"u8.ToArray(), qos, retain: false);
        await again.AssertNothingAsync();
    }

    [Fact]
    public async Task Subscription_EndedByOtherRules_DoesNotComeBackWithARestart()
    {
        await File.WriteAllLinesAsync(Acl, ["topic #"], TestContext.Current.CancellationToken);
        await using var broker = new KeptBroker(clock) { Configure = o => o.AclFile = Acl };
        await broker.StartAsync();
        await broker.SubscribeAndLeaveAsync("kept", "a");
        await broker.PublishAsync("a", "1");
        await broker.StopAsync();
        Change("topic b");
        await broker.StartAsync();
        using (var client = await broker.ConnectAsync("kept"))
        {
            Assert.True(client.Connack.SessionPresent);
            await client.AssertNothingAsync();
        }

        await broker.StopAsync();
        Change("topic #");
        await broker.StartAsync();
        await broker.PublishAsync("a", "2");
        using var again = await broker.ConnectAsync("kept");
        Assert.True(again.Connack.SessionPresent);
        await again.AssertNothingAsync();
        Assert.Equal(0, broker.Rows("delivery"));
    }

    private static TopicRequest One(string filter) => new(filter, MqttQos.AtLeastOnce);

    private static Task<RawClient> KeptAsync(TestBroker broker) =>
        broker.ConnectAsync("kept", with: c => c with { CleanStart = false, SessionExpiry = 600 });

    private async Task<TestBroker> StartAsync(params string[] rules)
    {
        await File.WriteAllLinesAsync(Acl, rules, TestContext.Current.CancellationToken);
        return await TestBroker.StartAsync(o => o.AclFile = Acl, clock);
    }

    private void Change(params string[] rules)
    {
        File.WriteAllLines(Acl, rules);
        clock.Advance(WatchedFiles.Period);
    }
}
