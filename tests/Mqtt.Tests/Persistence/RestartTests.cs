using Plantroom.Mqtt.Codec;
using Plantroom.TestKit;

namespace Plantroom.Mqtt.Tests.Persistence;

public sealed class RestartTests
{
    [Theory]
    [InlineData(MqttProtocolVersion.V311, MqttQos.AtLeastOnce)]
    [InlineData(MqttProtocolVersion.V50, MqttQos.AtLeastOnce)]
    [InlineData(MqttProtocolVersion.V311, MqttQos.ExactlyOnce)]
    [InlineData(MqttProtocolVersion.V50, MqttQos.ExactlyOnce)]
    public async Task Session_AfterARestart_GetsWhatItWasOwedInOrder(MqttProtocolVersion version, MqttQos qos)
    {
        await using var broker = await KeptBroker.StartAsync();
        await broker.SubscribeAndLeaveAsync("kept", "a/+", version);
        for (var i = 1; i <= 3; i++) await broker.PublishAsync("a/b", $"{i}", qos);
        await broker.RestartAsync();

        using var client = await broker.ConnectAsync("kept", version);
        Assert.True(client.Connack.SessionPresent);
        var messages = new List<RawMessage>();
        for (var i = 0; i < 3; i++) messages.Add(await client.ReadMessageAsync());
        Assert.Equal([("1", qos, false), ("2", qos, false), ("3", qos, false)], messages.Select(static m => (m.Payload, m.Qos, m.Duplicate)));
        foreach (var message in messages) await client.AnswerAsync(message);

        await broker.PublishAsync("a/b", "4", qos);
        await client.AnswerAsync(await client.ReadMessageAsync());
        await client.AssertNothingAsync();
        client.Dispose();
        await broker.RestartAsync();
        Assert.Equal((1L, 0L, 0L), (broker.Rows("session"), broker.Rows("delivery"), broker.Rows("message")));
    }

    [Theory]
    [InlineData(MqttQos.AtLeastOnce)]
    [InlineData(MqttQos.ExactlyOnce)]
    public async Task Message_InFlightAtTheRestart_IsSentAgainWithItsIdentifier(MqttQos qos)
    {
        await using var broker = await KeptBroker.StartAsync();
        RawMessage second;
        using (var client = await broker.ConnectAsync("kept"))
        {
            await client.SubscribeAsync("a", MqttQos.ExactlyOnce);
            await broker.PublishAsync("a", "0", MqttQos.AtMostOnce);
            await client.AssertMessagesAsync("0");
            var publishing = broker.PublishAsync("a", "1", qos);
            await client.AnswerAsync(await client.ReadMessageAsync());
            await publishing;
            await broker.PublishAsync("a", "2", qos);
            second = await client.ReadMessageAsync();
            await broker.PublishAsync("a", "3", qos);
            await client.ReadMessageAsync();
        }

        await broker.RestartAsync();
        using var again = await broker.ConnectAsync("kept");
        var (resent, next) = (await again.ReadMessageAsync(), await again.ReadMessageAsync());
        Assert.Equal(("2", true, second.Id), (resent.Payload, resent.Duplicate, resent.Id));
        Assert.Equal(("3", true), (next.Payload, next.Duplicate));
        await broker.PublishAsync("a", "4", qos);
        var later = await again.ReadMessageAsync();
        Assert.DoesNotContain(later.Id, new List<ushort> { resent.Id, next.Id });
    }

    [Fact]
    public async Task Message_ReleasedBeforeTheRestart_IsOnlyReleasedAgain()
    {
        await using var broker = await KeptBroker.StartAsync();
        ushort id;
        using (var client = await broker.ConnectAsync("kept"))
        {
            await client.SubscribeAsync("a", MqttQos.ExactlyOnce);
            await broker.PublishAsync("a", "1", MqttQos.ExactlyOnce);
            id = (await client.ReadMessageAsync()).Id;
            await client.AnswerAsync(PacketType.Pubrec, id);
            Assert.Equal(id, await client.ReadAnswerAsync(PacketType.Pubrel));
        }

        await broker.RestartAsync();
        using var again = await broker.ConnectAsync("kept");
        Assert.Equal(id, await again.ReadAnswerAsync(PacketType.Pubrel));
        await again.AnswerAsync(PacketType.Pubcomp, id);
        await again.AssertNothingAsync();
    }

    [Fact]
    public async Task Qos2_PublishedAgainAfterARestart_IsNotDeliveredAgain()
    {
        await using var broker = await KeptBroker.StartAsync();
        await broker.SubscribeAndLeaveAsync("subscriber", "a");
        using (var publisher = await broker.ConnectAsync("publisher"))
        {
            await publisher.PublishAsync("a", "once", MqttQos.ExactlyOnce, 7);
            Assert.Equal(7, await publisher.ReadAnswerAsync(PacketType.Pubrec));
        }

        await broker.RestartAsync();
        using var again = await broker.ConnectAsync("publisher");
        await again.PublishAsync("a", "once", MqttQos.ExactlyOnce, 7, duplicate: true);
        Assert.Equal(7, await again.ReadAnswerAsync(PacketType.Pubrec));
        await again.AnswerAsync(PacketType.Pubrel, 7);
        Assert.Equal(7, await again.ReadAnswerAsync(PacketType.Pubcomp));
        await again.PublishAsync("a", "another", MqttQos.ExactlyOnce, 7);
        Assert.Equal(7, await again.ReadAnswerAsync(PacketType.Pubrec));
        await again.AnswerAsync(PacketType.Pubrel, 7);
        Assert.Equal(7, await again.ReadAnswerAsync(PacketType.Pubcomp));
        Assert.Equal(0, broker.Rows("received"));

        using var subscriber = await broker.ConnectAsync("subscriber");
        var (first, second) = (await subscriber.ReadMessageAsync(), await subscriber.ReadMessageAsync());
        Assert.Equal(("once", "another"), (first.Payload, second.Payload));
        await subscriber.AssertNothingAsync();
    }

    [Fact]
    public async Task Retained_AfterARestart_IsThereUnlessItWasRemovedOrHasExpired()
    {
        var clock = new ManualClock();
        await using var broker = await KeptBroker.StartAsync(clock);
        await broker.PublishAsync("r/0", "QoS 0", MqttQos.AtMostOnce, retain: true);
        await broker.PublishAsync("r/1", "before", MqttQos.AtLeastOnce, retain: true);
        await broker.PublishAsync("r/1", "QoS 1", MqttQos.AtLeastOnce, retain: true);
        await broker.PublishAsync("r/removed", "x", MqttQos.AtLeastOnce, retain: true);
        await broker.PublishAsync("r/removed", "", MqttQos.AtMostOnce, retain: true);
        await broker.Running.Broker.PublishAsync(
            new MqttPublication("r/expires", "x"u8.ToArray(), MqttQos.AtLeastOnce, true)
            {
                Properties = new MqttPublicationProperties { Expiry = TimeSpan.FromSeconds(60) },
            },
            TestContext.Current.CancellationToken);
        await broker.StopAsync();
        clock.Advance(TimeSpan.FromSeconds(59));
        await broker.StartAsync();
        Assert.Equal(["QoS 0", "QoS 1", "x"], await RetainedAsync(broker));
        await broker.StopAsync();
        clock.Advance(TimeSpan.FromSeconds(2));
        await broker.StartAsync();
        Assert.Equal(["QoS 0", "QoS 1"], await RetainedAsync(broker));
        await broker.StopAsync();
        Assert.Equal(2, broker.Rows("retained"));
    }

    [Fact]
    public async Task Handler_SubscribedBeforeTheStart_GetsTheRetainedMessages()
    {
        await using var broker = await KeptBroker.StartAsync();
        await broker.PublishAsync("r/1", "kept", retain: true);
        await broker.StopAsync();
        await using var other = new MqttBroker(
            new MqttBrokerOptions { Port = 0, Persistence = broker.Path }, TimeProvider.System, new RecordingLog<MqttBroker>());
        var got = new List<string>();
        using var subscription = await other.SubscribeAsync(
            "r/+",
            (in MqttMessage message) =>
            {
                Assert.True(message.Retain);
                got.Add(System.Text.Encoding.UTF8.GetString(message.Payload));
                return ValueTask.CompletedTask;
            },
            TestContext.Current.CancellationToken);
        await other.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["kept"], got);
    }

    [Theory]
    [InlineData(30, 29, true)]
    [InlineData(30, 31, false)]
    public async Task Expiry_OfASession_RunsOnWhileTheBrokerIsDown(int before, int down, bool there)
    {
        var clock = new ManualClock();
        await using var broker = await KeptBroker.StartAsync(clock);
        await broker.SubscribeAndLeaveAsync("kept", "a", expiry: 60);
        await broker.PublishAsync("a", "1");
        clock.Advance(TimeSpan.FromSeconds(before));
        await broker.StopAsync();
        clock.Advance(TimeSpan.FromSeconds(down));
        await broker.StartAsync();
        using (var client = await broker.ConnectAsync("kept", expiry: 60)) Assert.Equal(there, client.Connack.SessionPresent);
        await broker.GoneAsync();
        if (there) return;
        await broker.StopAsync();
        Assert.Equal((0L, 0L, 0L), (broker.Rows("subscription"), broker.Rows("delivery"), broker.Rows("message")));
    }

    [Fact]
    public async Task Expiry_AfterARestart_EndsTheSessionInTime()
    {
        var clock = new ManualClock();
        await using var broker = await KeptBroker.StartAsync(clock);
        await broker.SubscribeAndLeaveAsync("kept", "a", expiry: 60);
        clock.Advance(TimeSpan.FromSeconds(30));
        await broker.RestartAsync();
        clock.Advance(TimeSpan.FromSeconds(31));
        using var client = await broker.ConnectAsync("kept");
        Assert.False(client.Connack.SessionPresent);
    }

    [Theory]
    [InlineData(10, false)]
    [InlineData(31, true)]
    public async Task Will_ThatWaitsForItsDelay_WaitsOnAfterTheRestart(int down, bool dueMeanwhile)
    {
        var clock = new ManualClock();
        await using var broker = await KeptBroker.StartAsync(clock);
        await broker.SubscribeAndLeaveAsync("watcher", "w");
        using (await broker.ConnectAsync("lost", will: new WillMessage("w"u8.ToArray(), "lost"u8.ToArray(), MqttQos.AtLeastOnce, false, 30, [])))
        {
            // Ends without a goodbye.
        }

        await broker.GoneAsync();
        await broker.StopAsync();
        clock.Advance(TimeSpan.FromSeconds(down));
        await broker.StartAsync();
        using var watcher = await broker.ConnectAsync("watcher");
        if (!dueMeanwhile)
        {
            await watcher.AssertNothingAsync();
            clock.Advance(TimeSpan.FromSeconds(21));
        }

        Assert.Equal("lost", (await watcher.ReadMessageAsync()).Payload);
    }

    [Fact]
    public async Task Will_OfAClientThatComesBackAfterTheRestart_IsNotPublished()
    {
        var clock = new ManualClock();
        await using var broker = await KeptBroker.StartAsync(clock);
        await broker.SubscribeAndLeaveAsync("watcher", "w");
        using (await broker.ConnectAsync("lost", will: new WillMessage("w"u8.ToArray(), "lost"u8.ToArray(), MqttQos.AtLeastOnce, false, 30, [])))
        {
            // Ends without a goodbye.
        }

        await broker.GoneAsync();
        await broker.RestartAsync();
        using var back = await broker.ConnectAsync("lost");
        await broker.RestartAsync();
        clock.Advance(TimeSpan.FromSeconds(60));
        using var watcher = await broker.ConnectAsync("watcher");
        await watcher.AssertNothingAsync();
    }

    [Fact]
    public async Task Subscription_AfterARestart_KeepsItsOptionsAndIdentifier()
    {
        await using var broker = await KeptBroker.StartAsync();
        using (var client = await broker.ConnectAsync("kept"))
        {
            await client.SendAsync(
                new SubscribePacket(1, [new TopicRequest("a", MqttQos.AtLeastOnce, NoLocal: true, RetainAsPublished: true)], 77).Write(client.Version));
            Assert.Equal(PacketType.Suback, (await client.ReadAsync())?.Type);
            await client.SubscribeAsync("b");
            await client.SendAsync(new UnsubscribePacket(2, ["b"]).Write(client.Version));
            Assert.Equal(PacketType.Unsuback, (await client.ReadAsync())?.Type);
        }

        await broker.RestartAsync();
        using var again = await broker.ConnectAsync("kept");
        await again.PublishAsync("a", "own");
        await broker.PublishAsync("b", "unsubscribed");
        await broker.PublishAsync("a", "retained", MqttQos.ExactlyOnce, retain: true);
        var message = await again.ReadMessageAsync();
        Assert.Equal(("retained", true, MqttQos.AtLeastOnce), (message.Payload, message.Retain, message.Qos));
        Assert.Equal([0x0B, 77], message.Properties);
    }

    [Fact]
    public async Task SharedSubscription_AfterARestart_StillGivesEachMessageToOneMember()
    {
        await using var broker = await KeptBroker.StartAsync();
        await broker.SubscribeAndLeaveAsync("one", "$share/group/a");
        await broker.SubscribeAndLeaveAsync("two", "$share/group/a");
        for (var i = 0; i < 4; i++) await broker.PublishAsync("a", $"{i}");
        await broker.RestartAsync();
        for (var i = 4; i < 8; i++) await broker.PublishAsync("a", $"{i}");
        var got = new List<string>();
        foreach (var name in (string[])["one", "two"])
        {
            using var member = await broker.ConnectAsync(name);
            for (var i = 0; i < 4; i++)
            {
                var message = await member.ReadMessageAsync();
                got.Add(message.Payload);
                await member.AnswerAsync(message);
            }

            await member.AssertNothingAsync();
        }

        Assert.Equal(["0", "1", "2", "3", "4", "5", "6", "7"], got.Order());
    }

    [Fact]
    public async Task CleanSession_AndHandlers_LeaveNothingInTheFile()
    {
        await using var broker = await KeptBroker.StartAsync();
        var handled = 0;
        using var handler = await broker.Running.SubscribeAsync("a", (in MqttMessage message) =>
        {
            handled++;
            message.Acknowledgement.Complete();
            return ValueTask.CompletedTask;
        });
        using var clean = await broker.Running.ConnectAsync("clean");
        await clean.SubscribeAsync("a");
        await broker.PublishAsync("a", "1");
        Assert.Equal("1", (await clean.ReadMessageAsync()).Payload);
        await broker.StopAsync();
        Assert.Equal(1, handled);
        Assert.All(["session", "subscription", "delivery", "message", "retained"], table => Assert.Equal(0, broker.Rows(table)));
    }

    [Fact]
    public async Task CleanStart_OfAKeptSession_RemovesItFromTheFile()
    {
        await using var broker = await KeptBroker.StartAsync();
        await broker.SubscribeAndLeaveAsync("kept", "a");
        await broker.PublishAsync("a", "1");
        using (await broker.Running.ConnectAsync("kept")) await broker.StopAsync();
        Assert.All(["session", "subscription", "delivery", "message"], table => Assert.Equal(0, broker.Rows(table)));
    }

    private static async Task<List<string>> RetainedAsync(KeptBroker broker)
    {
        using var client = await broker.Running.ConnectAsync("reader");
        await client.SubscribeAsync("r/#", MqttQos.AtMostOnce);
        await client.SendAsync(SmallPackets.Pingreq.ToArray());
        var payloads = new List<string>();
        while (await client.ReadAsync() is { Type: PacketType.Publish } packet) payloads.Add(RawMessage.Read(packet, client.Version).Payload);
        return [.. payloads.Order(StringComparer.Ordinal)];
    }

    [Fact]
    public async Task Session_OfAUser_BelongsToItAfterARestart()
    {
        using var folder = new TempFolder();
        MqttPasswordFile.Set(folder.File("users"), "pumps", "secret-word");
        MqttPasswordFile.Set(folder.File("users"), "lifts", "other-word");
        await using var broker = new KeptBroker { Configure = o => o.PasswordFile = folder.File("users") };
        await broker.StartAsync();
        using (var owner = await broker.Running.OpenAsync())
            Assert.Equal(Reason.Success, (await owner.ConnectAsync(Login("pumps", "secret-word"))).Reason);
        await broker.GoneAsync();
        await broker.RestartAsync();

        using var thief = await broker.Running.OpenAsync();
        Assert.Equal(Reason.NotAuthorized, (await thief.ConnectAsync(Login("lifts", "other-word"))).Reason);
        using var again = await broker.Running.OpenAsync();
        Assert.True((await again.ConnectAsync(Login("pumps", "secret-word"))).SessionPresent);
    }

    private static ConnectPacket Login(string user, string password) => new()
    {
        ClientId = "kept", CleanStart = false, SessionExpiry = 3600, UserName = user, Password = System.Text.Encoding.UTF8.GetBytes(password),
    };
}
