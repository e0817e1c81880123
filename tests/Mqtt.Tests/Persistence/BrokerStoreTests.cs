using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;
using Plantroom.Mqtt.Persistence;

namespace Plantroom.Mqtt.Tests.Persistence;

public sealed class BrokerStoreTests
{
    [Fact]
    public async Task Session_Reopened_IsThereWithItsSubscriptions()
    {
        await using var world = new StoreWorld();
        var session = world.Session("client");
        var will = new WillMessage("w"u8.ToArray(), [], MqttQos.AtLeastOnce, true, 30, [1, 2]);
        session.Set(new SessionState(TimeSpan.FromMinutes(5), StoreWorld.Now, will, "pump-room"));
        session.Subscribe("a/+", new SubscriptionRow(0x0D, [0x0B, 7]));
        session.Subscribe("gone", new SubscriptionRow(1, []));
        session.Subscribe("gone", null);
        await world.ReopenAsync();

        var found = Assert.Single(world.Store.Contents.Sessions);
        Assert.Equal(("client", TimeSpan.FromMinutes(5), StoreWorld.Now), (found.Record.ClientId, found.State.Expiry, found.State.Left));
        var (filter, row) = Assert.Single(found.Subscriptions);
        Assert.Equal(("a/+", 0x0D, "0B07"), (filter, row.Options, Convert.ToHexString(row.Identifiers)));
        Assert.Equal((true, MqttQos.AtLeastOnce, 30u), (found.State.Will!.Retain, found.State.Will.Qos, found.State.Will.DelaySeconds));
        Assert.Equal("w"u8.ToArray(), found.State.Will.Topic);
        Assert.Equal([1, 2], found.State.Will.Properties);
        Assert.Empty(found.State.Will.Payload);
        Assert.Equal("pump-room", found.State.UserName);
        Assert.True(world.Store.NewSession("other").Number > found.Record.Number);
    }

    [Fact]
    public async Task Session_Ended_IsGoneWithEverythingInIt()
    {
        await using var world = new StoreWorld();
        var session = world.Session("client");
        session.Subscribe("a", new SubscriptionRow(1, []));
        var delivery = world.Deliver(session, StoreWorld.Message("1"));
        await world.Store.FlushAsync();
        session.End();
        delivery.Move(DeliveryState.Gone, 0, Urgency.Soon);
        await world.ReopenAsync();
        Assert.Empty(world.Store.Contents.Sessions);
        Assert.All(["session", "subscription", "delivery", "message"], table => Assert.Equal(0, world.Rows(table)));
    }

    [Fact]
    public async Task Deliveries_OfASessionThatHasEnded_AreRemovedWhenTheFileIsOpened()
    {
        await using var world = new StoreWorld();
        var session = world.Session("client");
        world.Deliver(session, StoreWorld.Message("1"));
        await world.Store.FlushAsync();
        session.End();
        await world.ReopenAsync();
        await world.Store.FlushAsync();
        Assert.Equal((0L, 0L), (world.Rows("delivery"), world.Rows("message")));
    }

    [Fact]
    public async Task Message_ToManySessions_IsStoredOnceUntilTheLastHasIt()
    {
        await using var world = new StoreWorld();
        var sessions = Enumerable.Range(0, 5).Select(i => world.Session($"client {i}")).ToList();
        var message = StoreWorld.Message("shared", expiry: 60);
        var deliveries = sessions.Select(s => world.Deliver(s, message)).ToList();
        await world.Store.FlushAsync();
        Assert.Equal((1L, 5L), (world.Rows("message"), world.Rows("delivery")));
        await world.ReopenAsync();

        var found = world.Store.Contents.Sessions.SelectMany(static s => s.Deliveries).ToList();
        Assert.Single(found.Select(static d => d.Message).Distinct());
        Assert.Equal(("shared", StoreWorld.Now.AddSeconds(60)), (StoreWorld.Payload(found[0].Message), found[0].Message.Expires));
        Assert.True(found[0].Message.HandlerView(StoreWorld.Now.AddSeconds(50)).Properties.SequenceEqual((byte[])[2, 0, 0, 0, 10]));
        foreach (var delivery in found.Skip(1)) delivery.Move(DeliveryState.Gone, 0, Urgency.Soon);
        await world.Store.FlushAsync();
        Assert.Equal((1L, 1L), (world.Rows("message"), world.Rows("delivery")));
        found[0].Move(DeliveryState.Gone, 0, Urgency.Soon);
        await world.Store.FlushAsync();
        Assert.Equal((0L, 0L), (world.Rows("message"), world.Rows("delivery")));
    }

    [Fact]
    public async Task Delivery_Released_IsKeptWithoutItsMessage()
    {
        await using var world = new StoreWorld();
        var session = world.Session("client");
        var delivery = world.Deliver(session, StoreWorld.Message("1"));
        delivery.Move(DeliveryState.Sent, 5, Urgency.Now);
        await world.Store.FlushAsync();
        Assert.True(delivery.IsDurable);
        delivery.Move(DeliveryState.Released, 5, Urgency.Now);
        Assert.False(delivery.IsDurable);
        await world.ReopenAsync();
        var found = Assert.Single(world.Store.Contents.Sessions[0].Deliveries);
        Assert.Equal((DeliveryState.Released, (ushort)5, true), (found.State, found.PacketId, found.IsDurable));
        Assert.Equal(0, world.Rows("message"));
    }

    [Fact]
    public async Task Pledge_ToAnAbsentSubscriber_IsPaidWhenItIsDurable()
    {
        await using var world = new StoreWorld();
        var session = world.Session("client");
        var (pledge, debtor) = (new Pledge(world.Store), new Debtor());
        world.Deliver(session, StoreWorld.Message("1"), pledge);
        pledge.Submit(debtor, 1);
        await debtor.Paid;
        Assert.Equal(1, world.Rows("delivery"));
    }

    [Fact]
    public async Task Pledge_WhoseSubscribersHaveAcknowledged_IsPaidAtOnceAndNeverWritten()
    {
        await using var world = new StoreWorld();
        var sessions = new[] { world.Session("1"), world.Session("2") };
        await world.Store.FlushAsync();
        var (pledge, debtor, message) = (new Pledge(world.Store), new Debtor(), StoreWorld.Message("1"));
        var deliveries = sessions.Select(s => Send(world, s, message, pledge)).ToList();
        pledge.Submit(debtor, 1);
        deliveries[0].Move(DeliveryState.Gone, 0, Urgency.Soon);
        Assert.Equal(0, debtor.Times);
        deliveries[1].Move(DeliveryState.Gone, 0, Urgency.Soon);
        Assert.Equal(1, debtor.Times);
        await world.Store.FlushAsync();
        Assert.Equal((1, 0L, 0L), (debtor.Times, world.Rows("delivery"), message.FileId));
    }

    [Fact]
    public async Task Pledge_OfQos2_IsWrittenWithItsIdentifierWhenTheHandlersHaveCompleted()
    {
        await using var world = new StoreWorld();
        var (publisher, subscriber) = (world.Session("publisher"), world.Session("subscriber"));
        var (pledge, debtor) = (new Pledge(world.Store), new Debtor());
        world.Deliver(subscriber, StoreWorld.Message("1"), pledge);
        pledge.AddReceived(publisher, 9, owed: 0b11);
        pledge.Submit(debtor, 1);
        pledge.Acknowledge(0);
        pledge.Acknowledge(0);
        await world.Store.FlushAsync();
        Assert.Equal((0, 0L, 0L), (debtor.Times, world.Rows("delivery"), world.Rows("received")));
        pledge.Acknowledge(1);
        await debtor.Paid;
        Assert.Equal((1L, 1L), (world.Rows("delivery"), world.Rows("received")));
        await world.ReopenAsync();
        Assert.Equal([(ushort)9], world.Store.Contents.Sessions[0].Received);

        var released = world.Store.Contents.Sessions[0].Record;
        released.Release(9);
        await world.Store.FlushAsync();
        Assert.Equal(0, world.Rows("received"));
    }

    [Fact]
    public async Task Changes_WhileTheDiskFails_AreAllThereAfterwards()
    {
        await using var world = new StoreWorld { ExpectsErrors = true };
        var session = world.Session("client");
        var shared = StoreWorld.Message("shared");
        var (stored, going) = (world.Deliver(session, shared), world.Deliver(session, StoreWorld.Message("going")));
        await world.Store.FlushAsync();
        DeliveryRecord late;
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={world.Path};Pooling=False"))
        {
            connection.Open();
            using var begin = connection.CreateCommand();
            begin.CommandText = "BEGIN IMMEDIATE";
            begin.ExecuteNonQuery();
            stored.Move(DeliveryState.Sent, 1, Urgency.Now);
            session.Subscribe("a", new SubscriptionRow(1, []));
            var before = world.Store.Failures;
            await Eventually.TrueAsync(() => world.Store.Failures > before, "it fails");
            stored.Move(DeliveryState.Released, 1, Urgency.Now);
            going.Move(DeliveryState.Gone, 0, Urgency.Soon);
            late = world.Deliver(session, shared);
            session.Subscribe("a", null);
            session.Subscribe("b", new SubscriptionRow(2, []));
            before = world.Store.Failures;
            await Eventually.TrueAsync(() => world.Store.Failures > before, "it fails again");
        }

        await world.ReopenAsync();
        var found = Assert.Single(world.Store.Contents.Sessions);
        Assert.Equal("b", Assert.Single(found.Subscriptions).Filter);
        Assert.Equal([(stored.Key, DeliveryState.Released), (late.Key, DeliveryState.Waiting)], found.Deliveries.Select(static d => (d.Key, d.State)));
        Assert.Equal("shared", StoreWorld.Payload(found.Deliveries[1].Message));
        Assert.Equal(1, world.Rows("message"));
    }

    [Fact]
    public async Task Retained_SetManyTimes_IsKeptAsItWasLast()
    {
        await using var world = new StoreWorld();
        var (kept, removed) = (world.Store.NewRetained(), world.Store.NewRetained());
        for (var i = 0; i < 100; i++) Set(kept, StoreWorld.Message($"{i}"));
        Set(removed, StoreWorld.Message("gone"));
        await world.Store.FlushAsync();
        Set(removed, null);
        await world.ReopenAsync();
        var (record, message) = Assert.Single(world.Store.Contents.Retained);
        Assert.Equal("99", StoreWorld.Payload(message));
        Set(record, null);
        await world.ReopenAsync();
        Assert.Empty(world.Store.Contents.Retained);
    }

    [Fact]
    public async Task Open_OfADamagedFile_SaysSoAndLeavesItAlone()
    {
        await using var world = new StoreWorld();
        for (var i = 0; i < 100; i++) world.Deliver(world.Session($"client {i}"), StoreWorld.Message(new string('x', 1000)));
        await world.Store.DisposeAsync();
        var bytes = await File.ReadAllBytesAsync(world.Path, TestContext.Current.CancellationToken);
        Array.Fill(bytes, (byte)0xAA, 4096 * 3, bytes.Length - (4096 * 4));
        await File.WriteAllBytesAsync(world.Path, bytes, TestContext.Current.CancellationToken);
        var exception = Assert.Throws<IOException>(world.Open);
        Assert.StartsWith($"{world.Path} cannot be used for MQTT sessions and retained messages: ", exception.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(world.Path, TestContext.Current.CancellationToken));
    }

    private static DeliveryRecord Send(StoreWorld world, SessionRecord to, StoredMessage message, Pledge pledge)
    {
        var delivery = new DeliveryRecord(world.Store, to.NextDelivery(), message, new DeliveryOptions(MqttQos.AtLeastOnce, false, []));
        pledge.Add(delivery, isSent: true);
        return delivery;
    }

    private static void Set(RetainedRecord record, StoredMessage? message)
    {
        record.Set(message);
        record.Changed(Urgency.Later);
    }
}
