using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Tests.Broker;

/// <summary>Messages of QoS 2 from the broker to a subscriber.</summary>
public sealed class QosTwoOutTests
{
    public static TheoryData<MqttProtocolVersion> Versions => [MqttProtocolVersion.V311, MqttProtocolVersion.V50];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Message_OfQos2_GoesThroughAllFourPackets(MqttProtocolVersion version)
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await broker.ConnectAsync("s", version);
        Assert.Equal([2], await client.SubscribeAsync("a", MqttQos.ExactlyOnce));
        await broker.PublishAsync("a", "x"u8.ToArray(), MqttQos.ExactlyOnce, retain: false);
        var message = await client.ReadMessageAsync();
        Assert.Equal((MqttQos.ExactlyOnce, (ushort)1, false), (message.Qos, message.Id, message.Duplicate));
        await client.AnswerAsync(PacketType.Pubrec, 1);
        Assert.Equal(new Answer(PacketType.Pubrel, 1), await client.ReadAnswerAsync());
        await client.AnswerAsync(PacketType.Pubcomp, 1);
        await client.AssertNothingAsync();
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Session_OnTheNextConnection_GoesOnWhereEachMessageStopped(MqttProtocolVersion version)
    {
        await using var broker = await TestBroker.StartAsync();
        using (var first = await broker.ConnectAsync("s", version, Kept))
        {
            await first.SubscribeAsync("a", MqttQos.ExactlyOnce);
            foreach (var payload in new[] { "1", "2", "3" })
                await broker.PublishAsync("a", System.Text.Encoding.UTF8.GetBytes(payload), MqttQos.ExactlyOnce, retain: false);
            await first.AssertMessagesAsync("1", "2", "3");
            await first.AnswerAsync(PacketType.Pubrec, 1);
            await first.ReadAnswerAsync();
            await first.AnswerAsync(PacketType.Pubrec, 2);
            await first.ReadAnswerAsync();
            await first.AnswerAsync(PacketType.Pubcomp, 1);
            await first.AssertNothingAsync();
        }

        using var second = await broker.ConnectAsync("s", version, Kept);
        Assert.Equal(new Answer(PacketType.Pubrel, 2), await second.ReadAnswerAsync());
        var again = await second.ReadMessageAsync();
        Assert.Equal(("3", true, (ushort)3), (again.Payload, again.Duplicate, again.Id));
        await second.AnswerAsync(PacketType.Pubcomp, 2);
        await second.AnswerAsync(PacketType.Pubrec, 3);
        Assert.Equal(new Answer(PacketType.Pubrel, 3), await second.ReadAnswerAsync());
        await second.AnswerAsync(PacketType.Pubcomp, 3);
        await second.AssertNothingAsync();
        second.Dispose();
        using var third = await broker.ConnectAsync("s", version, Kept);
        await third.AssertNothingAsync();
    }

    [Fact]
    public async Task Pubrec_WithAnError_EndsTheExchangeAndMakesRoom()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await broker.ConnectAsync("s", with: c => c with { ReceiveMaximum = 1 });
        await client.SubscribeAsync("a", MqttQos.ExactlyOnce);
        for (var i = 0; i < 2; i++) await broker.PublishAsync("a", new byte[] { (byte)('1' + i) }, MqttQos.ExactlyOnce, retain: false);
        await client.AssertMessagesAsync("1");
        await client.AnswerAsync(PacketType.Pubrec, 1, Reason.QuotaExceeded);
        await client.AssertMessagesAsync("2");
    }

    [Fact]
    public async Task ReceiveMaximum_OfTheClient_CountsAMessageUntilPubcomp()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await broker.ConnectAsync("s", with: c => c with { ReceiveMaximum = 1 });
        await client.SubscribeAsync("a", MqttQos.ExactlyOnce);
        for (var i = 0; i < 2; i++) await broker.PublishAsync("a", new byte[] { (byte)('1' + i) }, MqttQos.ExactlyOnce, retain: false);
        await client.AssertMessagesAsync("1");
        await client.AnswerAsync(PacketType.Pubrec, 1);
        Assert.Equal(new Answer(PacketType.Pubrel, 1), await client.ReadAnswerAsync());
        await client.AssertNothingAsync();
        await client.AnswerAsync(PacketType.Pubcomp, 1);
        await client.AssertMessagesAsync("2");
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311, Reason.Success)]
    [InlineData(MqttProtocolVersion.V50, Reason.PacketIdentifierNotFound)]
    public async Task Pubrec_OfWhatWasNotSent_IsReleased(MqttProtocolVersion version, byte reason)
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await broker.ConnectAsync("s", version);
        await client.AnswerAsync(PacketType.Pubrec, 77);
        Assert.Equal(new Answer(PacketType.Pubrel, 77, reason), await client.ReadAnswerAsync());
        await client.AnswerAsync(PacketType.Pubcomp, 77);
        await client.AnswerAsync(PacketType.Puback, 77);
        await client.AssertNothingAsync();
    }

    [Fact]
    public async Task Puback_ForAMessageOfQos2_DoesNotEndIt()
    {
        await using var broker = await TestBroker.StartAsync();
        using (var first = await broker.ConnectAsync("s", with: Kept))
        {
            await first.SubscribeAsync("a", MqttQos.ExactlyOnce);
            await broker.PublishAsync("a", "x"u8.ToArray(), MqttQos.ExactlyOnce, retain: false);
            await first.AssertMessagesAsync("x");
            await first.AcknowledgeAsync(1);
            await first.AnswerAsync(PacketType.Pubcomp, 1);
            await first.AssertNothingAsync();
        }

        using var second = await broker.ConnectAsync("s", with: Kept);
        Assert.True((await second.ReadMessageAsync()).Duplicate);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task WillAndRetainedMessage_OfQos2_KeepTheirQos(MqttProtocolVersion version)
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await broker.ConnectAsync("s", version);
        await client.SubscribeAsync("w", MqttQos.ExactlyOnce);
        var will = new WillMessage("w"u8.ToArray(), "gone"u8.ToArray(), MqttQos.ExactlyOnce, Retain: true, 0, []);
        (await broker.ConnectAsync("lost", version, c => c with { Will = will })).Dispose();
        Assert.Equal(MqttQos.ExactlyOnce, (await client.ReadMessageAsync()).Qos);
        using var late = await broker.ConnectAsync("late", version);
        await late.SubscribeAsync("w", MqttQos.ExactlyOnce);
        var retained = await late.ReadMessageAsync();
        Assert.Equal(("gone", MqttQos.ExactlyOnce, true), (retained.Payload, retained.Qos, retained.Retain));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Messages_OverConnectionsThatAreLostAtAnyStep_ArriveExactlyOnceAndInOrder(MqttProtocolVersion version)
    {
        const int Messages = 40;
        await using var broker = await TestBroker.StartAsync();
        var client = await broker.ConnectAsync("s", version, Kept);
        await client.SubscribeAsync("a", MqttQos.ExactlyOnce);
        for (var i = 1; i <= Messages; i++) await broker.PublishAsync("a", new byte[] { (byte)i }, MqttQos.ExactlyOnce, retain: false);
        var random = new Random(3);
        var held = new HashSet<ushort>();
        var taken = new List<int>();
        for (var completed = 0; completed < Messages;)
        {
            if (random.Next(6) == 0)
            {
                client.Dispose();
                client = await broker.ConnectAsync("s", version, Kept);
            }

            var packet = await client.ReadAsync();
            Assert.NotNull(packet);
            if (packet.Type == PacketType.Publish)
            {
                var message = RawMessage.Read(packet, version);
                if (held.Add(message.Id)) taken.Add(message.Payload[0]);
                await client.AnswerAsync(PacketType.Pubrec, message.Id);
                continue;
            }

            Assert.Equal(PacketType.Pubrel, packet.Type);
            var id = AcknowledgementPacket.Read(packet.Body, version).PacketId;
            if (held.Remove(id)) completed++;
            await client.AnswerAsync(PacketType.Pubcomp, id);
        }

        Assert.Equal(Enumerable.Range(1, Messages), taken);
        client.Dispose();
    }

    private static ConnectPacket Kept(ConnectPacket connect) => connect with
    {
        CleanStart = false,
        SessionExpiry = connect.Version == MqttProtocolVersion.V50 ? 600u : 0,
    };
}
