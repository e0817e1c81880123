using System.Collections.Concurrent;
using System.Text;
using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Tests.Broker;

/// <summary>Messages of QoS 2 to the broker: taken once, whatever becomes of the connection.</summary>
public sealed class QosTwoInTests
{
    private readonly ConcurrentQueue<(string Payload, MqttAcknowledgement Owed)> taken = new();

    public static TheoryData<MqttProtocolVersion> Versions => [MqttProtocolVersion.V311, MqttProtocolVersion.V50];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Message_SentAgainBeforeItIsReleased_IsDeliveredOnce(MqttProtocolVersion version)
    {
        await using var broker = await TestBroker.StartAsync();
        using var subscription = await broker.SubscribeAsync("a", TakeAtOnce);
        using var client = await broker.ConnectAsync("c", version);
        await client.PublishAsync("a", "x", MqttQos.ExactlyOnce, 5);
        Assert.Equal(new Answer(PacketType.Pubrec, 5), await client.ReadAnswerAsync());
        await client.PublishAsync("a", "x", MqttQos.ExactlyOnce, 5, duplicate: true);
        Assert.Equal(new Answer(PacketType.Pubrec, 5), await client.ReadAnswerAsync());
        await client.AnswerAsync(PacketType.Pubrel, 5);
        Assert.Equal(new Answer(PacketType.Pubcomp, 5), await client.ReadAnswerAsync());
        await client.PublishAsync("a", "y", MqttQos.ExactlyOnce, 5);
        Assert.Equal(new Answer(PacketType.Pubrec, 5), await client.ReadAnswerAsync());
        Assert.Equal(["x", "y"], taken.Select(t => t.Payload));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Release_OfWhatIsNotHeld_IsStillAnswered(MqttProtocolVersion version)
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await broker.ConnectAsync("c", version);
        await client.AnswerAsync(PacketType.Pubrel, 9);
        var expected = version == MqttProtocolVersion.V50 ? Reason.PacketIdentifierNotFound : Reason.Success;
        Assert.Equal(new Answer(PacketType.Pubcomp, 9, expected), await client.ReadAnswerAsync());
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Message_WhoseHandlerIsNotDoneWhenTheConnectionDies_WaitsOnTheNextOneAndIsNotTakenAgain(MqttProtocolVersion version)
    {
        await using var broker = await TestBroker.StartAsync();
        using var subscription = await broker.SubscribeAsync("a", TakeLater);
        using (var first = await broker.ConnectAsync("c", version, Kept)) await first.PublishAsync("a", "x", MqttQos.ExactlyOnce, 5);
        await Eventually.TrueAsync(() => taken.Count == 1, "the handler has it");
        using var second = await broker.ConnectAsync("c", version, Kept);
        Assert.True(second.Connack.SessionPresent);
        await second.PublishAsync("a", "x", MqttQos.ExactlyOnce, 5, duplicate: true);
        await second.AssertNothingAsync();
        await second.AssertNothingAsync();
        Assert.True(taken.TryDequeue(out var delivery));
        delivery.Owed.Complete();
        Assert.Equal(new Answer(PacketType.Pubrec, 5), await second.ReadAnswerAsync());
        Assert.Empty(taken);
    }

    [Fact]
    public async Task Message_WhoseHandlerHasFailed_IsANewOneWhenItComesAgain()
    {
        await using var broker = await TestBroker.StartAsync(expectsErrors: true);
        var fails = true;
        using var subscription = await broker.SubscribeAsync("a", (in MqttMessage message) =>
            fails ? throw new InvalidOperationException("broken on purpose") : TakeAtOnce(message));
        using var first = await broker.ConnectAsync("c", with: Kept);
        await first.PublishAsync("a", "x", MqttQos.ExactlyOnce, 5);
        Assert.Equal(Reason.ImplementationSpecific, await first.ReadDisconnectAsync());
        fails = false;
        using var second = await broker.ConnectAsync("c", with: Kept);
        await second.PublishAsync("a", "x", MqttQos.ExactlyOnce, 5, duplicate: true);
        Assert.Equal(new Answer(PacketType.Pubrec, 5), await second.ReadAnswerAsync());
        Assert.Single(taken);
    }

    [Fact]
    public async Task Message_ThatWaitsForASlowSubscriberWhenItsPublisherDies_StillArrivesOnce()
    {
        await using var broker = await TestBroker.StartAsync(o => (o.OutboundQueueLength, o.MaximumInFlight) = (1, 1));
        using var slow = await broker.ConnectAsync("slow");
        await slow.SubscribeAsync("a", MqttQos.AtLeastOnce);
        using (var first = await broker.ConnectAsync("p", with: Kept))
        {
            for (ushort id = 1; id <= 3; id++) await first.PublishAsync("a", $"{id}", MqttQos.ExactlyOnce, id);
            for (ushort id = 1; id <= 2; id++) Assert.Equal(id, (await first.ReadAnswerAsync()).PacketId);
        }

        using var second = await broker.ConnectAsync("p", with: Kept);
        await second.PublishAsync("a", "3", MqttQos.ExactlyOnce, 3, duplicate: true);
        await second.AssertNothingAsync();
        await second.AssertNothingAsync();
        for (ushort id = 1; id <= 3; id++)
        {
            await slow.AssertMessagesAsync($"{id}");
            await slow.AcknowledgeAsync(id);
        }

        Assert.Equal(new Answer(PacketType.Pubrec, 3), await second.ReadAnswerAsync());
        await slow.AssertNothingAsync();
        Assert.Equal(0, broker.Broker.Statistics.Dropped);
    }

    [Fact]
    public async Task ReceiveMaximum_OfTheBroker_CountsAMessageUntilPubcomp()
    {
        await using var broker = await TestBroker.StartAsync(o => o.ReceiveMaximum = 2);
        using var client = await broker.ConnectAsync("c");
        for (ushort id = 1; id <= 2; id++)
        {
            await client.PublishAsync("a", "x", MqttQos.ExactlyOnce, id);
            Assert.Equal(id, (await client.ReadAnswerAsync()).PacketId);
        }

        await client.AnswerAsync(PacketType.Pubrel, 1);
        Assert.Equal(PacketType.Pubcomp, (await client.ReadAnswerAsync()).Type);
        await client.PublishAsync("a", "x", MqttQos.AtLeastOnce, 3);
        Assert.Equal(3, await client.ReadPubackAsync());
        await client.PublishAsync("a", "x", MqttQos.ExactlyOnce, 4);
        Assert.Equal(4, (await client.ReadAnswerAsync()).PacketId);
        await client.PublishAsync("a", "x", MqttQos.AtLeastOnce, 5);
        Assert.Equal(Reason.ReceiveMaximumExceeded, await client.ReadDisconnectAsync());
    }

    [Fact]
    public async Task Identifier_ThatIsInUse_IsRefusedAndTheFirstMessageGoesOn()
    {
        await using var broker = await TestBroker.StartAsync();
        using var subscription = await broker.SubscribeAsync("a", TakeLater);
        using var client = await broker.ConnectAsync("c");
        await client.PublishAsync("a", "1", MqttQos.AtLeastOnce, 7);
        await client.PublishAsync("a", "2", MqttQos.AtLeastOnce, 7);
        await Eventually.TrueAsync(() => !taken.IsEmpty, "the handler has it");
        await client.AssertNothingAsync();
        Assert.True(taken.TryDequeue(out var first));
        first.Owed.Complete();
        Assert.Equal(new Answer(PacketType.Puback, 7), await client.ReadAnswerAsync());
        Assert.Equal(new Answer(PacketType.Puback, 7, Reason.PacketIdentifierInUse), await client.ReadAnswerAsync());
        Assert.Empty(taken);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Messages_OverConnectionsThatAreLostAtAnyStep_AreDeliveredExactlyOnceAndInOrder(MqttProtocolVersion version)
    {
        const int Messages = 60;
        await using var broker = await TestBroker.StartAsync();
        using var subscription = await broker.SubscribeAsync("a", TakeAtOnce);
        var random = new Random(11);
        var client = await broker.ConnectAsync("c", version, Kept);
        for (ushort id = 1; id <= Messages; id++)
        {
            // Each step may be done and lost several times before its answer is seen.
            for (var again = false; ; again = true)
            {
                await client.PublishAsync("a", $"{id}", MqttQos.ExactlyOnce, id, duplicate: again);
                if (random.Next(3) > 0 && (await client.ReadAnswerAsync()).Type == PacketType.Pubrec) break;
                await LoseAsync();
            }

            while (true)
            {
                await client.AnswerAsync(PacketType.Pubrel, id);
                if (random.Next(3) > 0 && (await client.ReadAnswerAsync()).Type == PacketType.Pubcomp) break;
                await LoseAsync();
            }
        }

        Assert.Equal(Enumerable.Range(1, Messages).Select(i => $"{i}"), taken.Select(t => t.Payload));
        client.Dispose();

        async Task LoseAsync()
        {
            client.Dispose();
            client = await broker.ConnectAsync("c", version, Kept);
        }
    }

    private static ConnectPacket Kept(ConnectPacket connect) => connect with
    {
        CleanStart = false,
        SessionExpiry = connect.Version == MqttProtocolVersion.V50 ? 600u : 0,
    };

    private ValueTask TakeAtOnce(in MqttMessage message)
    {
        taken.Enqueue((Encoding.UTF8.GetString(message.Payload), default));
        message.Acknowledgement.Complete();
        return ValueTask.CompletedTask;
    }

    private ValueTask TakeLater(in MqttMessage message)
    {
        taken.Enqueue((Encoding.UTF8.GetString(message.Payload), message.Acknowledgement));
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Message_WhoseHandlerHasFailed_ComesOnceOverTheNetworkAndAgainToTheHandler(bool isSameMessage)
    {
        await using var broker = await TestBroker.StartAsync(expectsErrors: true);
        var calls = 0;
        using var subscription = await broker.SubscribeAsync("a", FailFirst);
        ValueTask FailFirst(in MqttMessage message)
        {
            if (calls++ == 0) throw new InvalidOperationException("first");
            message.Acknowledgement.Complete();
            return ValueTask.CompletedTask;
        }

        using var subscriber = await broker.ConnectAsync("subscriber");
        await subscriber.SubscribeAsync("a", MqttQos.ExactlyOnce);
        using (var publisher = await KeptAsync())
        {
            await publisher.PublishAsync("a", "1", MqttQos.ExactlyOnce, 7);
            Assert.Equal(Reason.ImplementationSpecific, await publisher.ReadDisconnectAsync());
        }

        using var again = await KeptAsync();
        Assert.True(again.Connack.SessionPresent);
        await again.PublishAsync("a", isSameMessage ? "1" : "2", MqttQos.ExactlyOnce, 7, duplicate: isSameMessage);
        Assert.Equal(new Answer(PacketType.Pubrec, 7), await again.ReadAnswerAsync());
        await subscriber.AssertMessagesAsync(isSameMessage ? ["1"] : ["1", "2"]);
        Assert.Equal(2, calls);

        Task<RawClient> KeptAsync() => broker.ConnectAsync("publisher", with: static c => c with { CleanStart = false, SessionExpiry = 600 });
    }
}
