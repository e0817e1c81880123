using System.Collections.Concurrent;
using System.Text;
using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Tests.Broker;

/// <summary>PUBACK means safe: it waits for the handlers, and leaves in the order of receipt.</summary>
public sealed class AcknowledgementTests
{
    private readonly ConcurrentQueue<MqttAcknowledgement> owed = new();

    [Fact]
    public async Task Puback_UntilTheHandlerCompletes_IsWithheld()
    {
        await using var broker = await TestBroker.StartAsync();
        using var subscription = await broker.SubscribeAsync("a/#", Keep);
        using var client = await broker.ConnectAsync();
        await client.PublishAsync("a/b", "1", MqttQos.AtLeastOnce, 7);
        var acknowledgement = await OwedAsync();
        await client.AssertNothingAsync();
        acknowledgement.Complete();
        Assert.Equal(7, await client.ReadPubackAsync());
    }

    [Fact]
    public async Task Pubacks_CompletedOutOfOrder_LeaveInTheOrderOfReceipt()
    {
        await using var broker = await TestBroker.StartAsync();
        using var subscription = await broker.SubscribeAsync("a/#", Keep);
        using var client = await broker.ConnectAsync();
        for (ushort id = 1; id <= 20; id++) await client.PublishAsync("a/b", $"{id}", MqttQos.AtLeastOnce, id);
        var all = new List<MqttAcknowledgement>();
        for (var i = 0; i < 20; i++) all.Add(await OwedAsync());
        for (var i = 19; i > 0; i--) all[i].Complete();
        await client.AssertNothingAsync();
        all[0].Complete();
        for (ushort id = 1; id <= 20; id++) Assert.Equal(id, await client.ReadPubackAsync());
    }

    [Fact]
    public async Task Puback_WithTwoHandlers_WaitsForBothAndOneCannotPayForTheOther()
    {
        await using var broker = await TestBroker.StartAsync();
        using var one = await broker.SubscribeAsync("a/#", Keep);
        using var two = await broker.SubscribeAsync("#", Keep);
        using var client = await broker.ConnectAsync();
        await client.PublishAsync("a/b", "1", MqttQos.AtLeastOnce, 9);
        var first = await OwedAsync();
        var second = await OwedAsync();
        first.Complete();
        first.Complete();
        await client.AssertNothingAsync();
        second.Complete();
        Assert.Equal(9, await client.ReadPubackAsync());
    }

    [Fact]
    public async Task Puback_WithVeryManyHandlers_WaitsForAll()
    {
        const int Handlers = 80;
        await using var broker = await TestBroker.StartAsync();
        for (var i = 0; i < Handlers; i++) await broker.SubscribeAsync("a", Keep);
        using var client = await broker.ConnectAsync();
        await client.PublishAsync("a", "1", MqttQos.AtLeastOnce, 9);
        for (var i = 1; i < Handlers; i++) (await OwedAsync()).Complete();
        var last = await OwedAsync();
        await client.AssertNothingAsync();
        last.Complete();
        Assert.Equal(9, await client.ReadPubackAsync());
    }

    [Fact]
    public async Task Puback_WithoutAHandler_ComesOnceTheMessageIsRouted()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await broker.ConnectAsync();
        await client.PublishAsync("nobody/here", "1", MqttQos.AtLeastOnce, 3);
        Assert.Equal(3, await client.ReadPubackAsync());
    }

    [Fact]
    public async Task Acknowledgement_OfQos0_IsNotOwed()
    {
        await using var broker = await TestBroker.StartAsync();
        using var subscription = await broker.SubscribeAsync("a", Keep);
        using var client = await broker.ConnectAsync();
        await client.PublishAsync("a", "1");
        Assert.False((await OwedAsync()).IsOwed);
    }

    [Fact]
    public async Task Acknowledgement_AfterTheConnectionIsGone_DoesNothing()
    {
        await using var broker = await TestBroker.StartAsync();
        using var subscription = await broker.SubscribeAsync("a", Keep);
        using (var client = await broker.ConnectAsync()) await client.PublishAsync("a", "1", MqttQos.AtLeastOnce, 1);
        var acknowledgement = await OwedAsync();
        await Eventually.TrueAsync(() => broker.Broker.Statistics.Connections == 0, "it is gone");
        acknowledgement.Complete();
    }

    [Fact]
    public async Task Client5_ThatExceedsReceiveMaximum_IsDisconnected()
    {
        await using var broker = await TestBroker.StartAsync(o => o.ReceiveMaximum = 4);
        using var subscription = await broker.SubscribeAsync("a", Keep);
        using var client = await broker.ConnectAsync();
        Assert.Equal(4, client.Connack.ReceiveMaximum);
        for (ushort id = 1; id <= 5; id++) await client.PublishAsync("a", "1", MqttQos.AtLeastOnce, id);
        Assert.Equal(Reason.ReceiveMaximumExceeded, await client.ReadDisconnectAsync());
    }

    [Fact]
    public async Task Client311_WithAsManyInFlightAsMayBe_IsNotReadFurtherUntilThereIsRoom()
    {
        await using var broker = await TestBroker.StartAsync(o => o.ReceiveMaximum = 4);
        using var subscription = await broker.SubscribeAsync("a", Keep);
        using var client = await broker.ConnectAsync("old", MqttProtocolVersion.V311);
        var batch = new List<byte>();
        for (ushort id = 1; id <= 6; id++) batch.AddRange(client.Publish("a", "1", MqttQos.AtLeastOnce, id));
        await client.SendAsync([.. batch]);
        var all = new List<MqttAcknowledgement>();
        for (var i = 0; i < 4; i++) all.Add(await OwedAsync());
        Assert.Empty(owed);
        foreach (var acknowledgement in all) acknowledgement.Complete();
        for (var i = 0; i < 2; i++) (await OwedAsync()).Complete();
        for (ushort id = 1; id <= 6; id++) Assert.Equal(id, await client.ReadPubackAsync());
    }

    [Fact]
    public async Task Handler_ThatCompletesLate_HoldsBackTheNextMessage()
    {
        await using var broker = await TestBroker.StartAsync();
        var gate = new TaskCompletionSource();
        var seen = new ConcurrentQueue<string>();
        using var subscription = await broker.SubscribeAsync("a", (in MqttMessage message) =>
        {
            seen.Enqueue(Encoding.UTF8.GetString(message.Payload));
            message.Acknowledgement.Complete();
            return new ValueTask(gate.Task);
        });
        using var client = await broker.ConnectAsync();
        await client.SendAsync([.. client.Publish("a", "1", MqttQos.AtLeastOnce, 1), .. client.Publish("a", "2", MqttQos.AtLeastOnce, 2)]);
        Assert.Equal(1, await client.ReadPubackAsync());
        Assert.Equal(["1"], seen);
        gate.SetResult();
        Assert.Equal(2, await client.ReadPubackAsync());
        Assert.Equal(["1", "2"], seen);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Handler_ThatFails_CostsTheConnectionAndNotTheBroker(bool atOnce)
    {
        await using var broker = await TestBroker.StartAsync(expectsErrors: true);
        using var subscription = await broker.SubscribeAsync("bad", (in MqttMessage _) => atOnce
            ? throw new InvalidOperationException("broken on purpose")
            : new ValueTask(Task.FromException(new InvalidOperationException("broken on purpose"))));
        using var client = await broker.ConnectAsync();
        await client.PublishAsync("bad", "1", MqttQos.AtLeastOnce, 1);
        Assert.Equal(Reason.ImplementationSpecific, await client.ReadDisconnectAsync());
        Assert.Contains("broken on purpose", Assert.Single(broker.Log.Errors), StringComparison.Ordinal);
        using var other = await broker.ConnectAsync("other");
        await other.PublishAsync("good", "1", MqttQos.AtLeastOnce, 1);
        Assert.Equal(1, await other.ReadPubackAsync());
    }

    [Fact]
    public async Task Messages_InOneWriteAndInPieces_AllArriveInOrder()
    {
        await using var broker = await TestBroker.StartAsync();
        var seen = new ConcurrentQueue<string>();
        using var subscription = await broker.SubscribeAsync("#", (in MqttMessage message) =>
        {
            seen.Enqueue(Encoding.UTF8.GetString(message.Payload));
            message.Acknowledgement.Complete();
            return ValueTask.CompletedTask;
        });
        using var client = await broker.ConnectAsync();
        var all = new List<byte>();
        for (ushort id = 1; id <= 3000; id++) all.AddRange(client.Publish($"t/{id % 7}", $"{id}:{new string('x', id % 90)}", MqttQos.AtLeastOnce, id));
        var bytes = all.ToArray();
        var random = new Random(5);
        for (var at = 0; at < bytes.Length;)
        {
            var size = Math.Min(bytes.Length - at, random.Next(1, 5000));
            await client.SendAsync(bytes[at..(at + size)]);
            at += size;
        }

        for (ushort id = 1; id <= 3000; id++) Assert.Equal(id, await client.ReadPubackAsync());
        Assert.Equal(Enumerable.Range(1, 3000), seen.Select(s => int.Parse(s.Split(':')[0], null)));
        Assert.Equal(3000, broker.Broker.Statistics.Received);
    }

    private ValueTask Keep(in MqttMessage message)
    {
        owed.Enqueue(message.Acknowledgement);
        return ValueTask.CompletedTask;
    }

    private async Task<MqttAcknowledgement> OwedAsync()
    {
        var acknowledgement = default(MqttAcknowledgement);
        await Eventually.TrueAsync(() => owed.TryDequeue(out acknowledgement), "the handler gets the message");
        return acknowledgement;
    }
}
