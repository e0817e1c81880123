using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Persistence;
using Plantroom.TestKit;

namespace Plantroom.Mqtt.Tests.Persistence;

/// <summary>Where what is kept meets the clock, the groups and the limits.</summary>
public sealed class SeamTests
{
    private const string Shared = "$share/g/a/#";

    [Fact]
    public async Task LiveSession_WhenTheFileHoldsAsMuchAsItMay_GoesOn()
    {
        await using var broker = new KeptBroker { Configure = o => o.MaximumPersistedBytes = 1 << 20 };
        await broker.StartAsync();
        await broker.SubscribeAndLeaveAsync("absent", "a");
        var large = new string('x', 100_000);
        for (var i = 0; i < 11; i++) await broker.PublishAsync("a", large);
        Assert.Equal(1, broker.Running.Broker.Statistics.Dropped);
        await FillAsync(broker);
        using var live = await broker.ConnectAsync("live");
        await live.SubscribeAsync("b", MqttQos.ExactlyOnce);
        for (var i = 0; i < 3; i++)
        {
            var publishing = broker.PublishAsync("b", $"{i}", i == 2 ? MqttQos.ExactlyOnce : MqttQos.AtLeastOnce);
            var message = await live.ReadMessageAsync();
            Assert.Equal($"{i}", message.Payload);
            await live.AnswerAsync(message);
            await publishing;
        }
    }

    [Fact]
    public async Task LiveSession_WhenTheFileIsFullAndItDoesNotAnswer_LetsItsPublisherWaitQuietly()
    {
        var clock = new ManualClock();
        await using var broker = new KeptBroker(clock) { Configure = o => o.MaximumPersistedBytes = 1 << 20 };
        await broker.StartAsync();
        await broker.SubscribeAndLeaveAsync("absent", "a");
        await FillAsync(broker);
        using var live = await broker.ConnectAsync("live");
        await live.SubscribeAsync("b");
        await broker.PublishAsync("b", "1");
        var waiting = Task.Run(() => broker.PublishAsync("b", "2"), TestContext.Current.CancellationToken);
        var first = await live.ReadMessageAsync();
        await live.AssertNothingAsync();
        Assert.False(waiting.IsCompleted);
        await live.AcknowledgeAsync(first.Id);
        Assert.Equal("2", (await live.ReadMessageAsync()).Payload);
        await waiting;
    }

    [Fact]
    public async Task Start_WithAClockThatWasSetBack_KeepsSessionsForTheirTimeFromNow()
    {
        var clock = new ManualClock();
        await using var broker = new KeptBroker(clock) { Configure = o => o.MaximumSessionExpiry = TimeSpan.FromDays(40) };
        await broker.StartAsync();
        await broker.SubscribeAndLeaveAsync("kept", "a", expiry: 40 * 86_400);
        await broker.StopAsync();
        var earlier = new ManualClock(clock.GetUtcNow() - TimeSpan.FromDays(60));
        await using var again = await TestBroker.StartAsync(
            o => (o.Persistence, o.MaximumSessionExpiry) = (broker.Path, TimeSpan.FromDays(40)), earlier);
        await again.PublishAsync("a", "1"u8.ToArray(), MqttQos.AtLeastOnce, retain: false);
        using var client = await again.ConnectAsync("kept", with: static c => c with { CleanStart = false, SessionExpiry = 60 });
        await client.AssertMessagesAsync("1");
    }

    [Fact]
    public async Task GroupMember_RestoredAndThenExpired_LeavesItsQueueToTheOthers()
    {
        var clock = new ManualClock();
        await using var broker = await KeptBroker.StartAsync(clock);
        await broker.SubscribeAndLeaveAsync("kept", Shared);
        for (var i = 1; i <= 3; i++) await broker.PublishAsync("a/1", $"{i}");
        await broker.RestartAsync();
        using var other = await broker.ConnectAsync("other");
        await other.SubscribeAsync(Shared);
        await other.AssertNothingAsync();
        clock.Advance(TimeSpan.FromSeconds(3601));
        await other.AssertMessagesAsync("1", "2", "3");
    }

    [Fact]
    public async Task GroupMember_ThatEndsAfterItsGroupBeganAnew_LeavesItsQueueToTheNewOnes()
    {
        await using var broker = await TestBroker.StartAsync(static o => o.MaximumInFlight = 1);
        var one = await broker.ConnectAsync("one");
        await one.SubscribeAsync(Shared);
        for (var i = 1; i <= 2; i++) await broker.PublishAsync("a/1", new[] { (byte)('0' + i) }, MqttQos.AtLeastOnce, retain: false);
        await one.AssertMessagesAsync("1");
        await one.SendAsync(new UnsubscribePacket(4, [Shared]).Write(one.Version));
        Assert.Equal(PacketType.Unsuback, (await one.ReadAsync())?.Type);
        using var two = await broker.ConnectAsync("two");
        await two.SubscribeAsync(Shared);
        one.Dispose();
        var first = await two.ReadMessageAsync();
        await two.AcknowledgeAsync(first.Id);
        Assert.Equal(("1", "2"), (first.Payload, (await two.ReadMessageAsync()).Payload));
    }

    [Fact]
    public async Task GroupMember_WhoseSessionEnds_IsInTheFileUntilTheOthersHaveItsMessages()
    {
        var clock = new ManualClock();
        await using var broker = await KeptBroker.StartAsync(clock);
        await broker.SubscribeAndLeaveAsync("kept", Shared);
        for (var i = 1; i <= 3; i++) await broker.PublishAsync("a/1", $"{i}");
        using var other = await broker.ConnectAsync("other", expiry: 100_000);
        await other.SubscribeAsync(Shared);
        using var file = StoreFile.OpenToInspect(broker.Path);
        using var rows = new SqliteStatement(
            file, "SELECT (SELECT count(*) FROM session), (SELECT count(DISTINCT d.message) FROM delivery d JOIN session s ON s.id = d.session)");
        clock.Advance(TimeSpan.FromSeconds(3601));
        await Eventually.TrueAsync(
            () =>
            {
                Assert.True(rows.Step());
                var (sessions, owed) = (rows.Int64(0), rows.Int64(1));
                Assert.False(rows.Step());
                Assert.True(owed >= 3, $"{owed} messages would be left after a crash, with {sessions} sessions");
                return sessions == 1;
            },
            "the session has ended");
        await other.AssertMessagesAsync("1", "2", "3");
    }

    [Theory]
    [InlineData(3600, 0)]
    [InlineData(0, 0)]
    [InlineData(3600, 5)]
    public async Task Will_OfAClientThatWasConnectedAtTheKill_IsPublishedUnlessItComesBackSoon(uint expiry, uint delay)
    {
        var clock = new ManualClock();
        await using var broker = await KeptBroker.StartAsync(clock);
        WillMessage Will(string of) => new("will"u8.ToArray(), System.Text.Encoding.UTF8.GetBytes(of), 0, false, delay, []);
        using var lost = await broker.ConnectAsync("lost", expiry: expiry, will: Will("lost"));
        using var back = await broker.ConnectAsync("back", expiry: 3600, will: Will("back"));
        using var polite = await broker.ConnectAsync("polite", expiry: expiry, will: Will("polite"));
        await polite.SendAsync(new DisconnectPacket(0).Write(polite.Version));
        Assert.Null(await polite.ReadAsync());
        using var other = await broker.ConnectAsync("marker");
        await other.SubscribeAsync("x");
        using var folder = new TempFolder();
        var copy = folder.File("mqtt.db");
        await Eventually.TrueAsync(() => broker.Rows("session") == (expiry == 0 ? 3 : 4), "all are written");
        foreach (var end in new[] { "", "-wal" }) File.Copy(broker.Path + end, copy + end);

        await using var again = await TestBroker.StartAsync(o => o.Persistence = copy, clock);
        using var watcher = await again.ConnectAsync("watcher");
        await watcher.SubscribeAsync("will");
        using var returned = await again.ConnectAsync("back", with: static c => c with { CleanStart = false, SessionExpiry = 3600 });
        await watcher.AssertNothingAsync();
        clock.Advance(TimeSpan.FromSeconds(61));
        await watcher.AssertMessagesAsync("lost");
    }

    private static async Task FillAsync(KeptBroker broker)
    {
        for (var size = 100_000; size > 0; size /= 10)
        {
            var before = broker.Running.Broker.Statistics.Dropped;
            while (broker.Running.Broker.Statistics.Dropped == before) await broker.PublishAsync("a", new string('x', size));
        }
    }
}
