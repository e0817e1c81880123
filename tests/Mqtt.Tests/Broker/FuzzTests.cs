using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Tests.Broker;

/// <summary>Bytes without sense cost the connection that they came over, and nothing else.</summary>
public sealed class FuzzTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task RandomBytes_FromManyClients_DisturbNobody(int seed)
    {
        var random = new Random(seed);
        await RunAsync(60, _ =>
        {
            var bytes = new byte[random.Next(1, 400)];
            random.NextBytes(bytes);
            return bytes;
        });
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task ValidPacketsWithMutations_FromManyClients_DisturbNobody(int seed)
    {
        var random = new Random(seed);
        var valid = ValidConversation();
        await RunAsync(120, _ =>
        {
            var bytes = (byte[])valid.Clone();
            for (var i = random.Next(1, 6); i > 0; i--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            return random.Next(3) == 0 ? bytes[..random.Next(1, bytes.Length)] : bytes;
        });
    }

    [Fact]
    public async Task Conversation_WithoutMutations_IsUnderstoodWhole()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await broker.OpenAsync();
        await client.SendAsync(ValidConversation());
        while (await client.ReadAsync() is not null)
        {
            // To the end.
        }

        Assert.Empty(broker.Broker.RecentErrors);
        Assert.Equal(4, broker.Broker.Statistics.Received);
    }

    private static async Task RunAsync(int clients, Func<int, byte[]> bytes)
    {
        await using var broker = await TestBroker.StartAsync();
        using var subscription = await broker.SubscribeAsync("#", static (in MqttMessage message) =>
        {
            message.Acknowledgement.Complete();
            return ValueTask.CompletedTask;
        });
        using var good = await broker.ConnectAsync("good");
        await good.SubscribeAsync("good/echo");
        for (var i = 0; i < clients; i++)
        {
            using (var bad = await broker.OpenAsync())
            {
                if (i % 2 == 0) await bad.SendAsync(new ConnectPacket { ClientId = $"bad{i}" }.Write());
                await bad.SendAsync(bytes(i));
            }

            await good.PublishAsync("good/echo", $"{i}", MqttQos.AtLeastOnce, (ushort)(i + 1));
            var echo = await good.ReadMessageAsync();
            Assert.Equal($"{i}", echo.Payload);
            Assert.Equal(i + 1, await good.ReadPubackAsync());
            await good.AcknowledgeAsync(echo.Id);
        }

        await Eventually.TrueAsync(() => broker.Broker.Statistics.Connections == 1, "all but the good one are gone");
        Assert.NotEmpty(broker.Broker.RecentErrors);
    }

    private static byte[] ValidConversation()
    {
        var will = new WillMessage("w/1"u8.ToArray(), "bye"u8.ToArray(), MqttQos.AtLeastOnce, false, 3, []);
        var properties = new PacketBuilder().Number(Property.MessageExpiryInterval, 60).Byte((byte)Property.UserProperty).Text("k").Text("v");
        var one = new PublishPacket { Topic = "x/y"u8, Payload = "payload"u8, Properties = properties.Written };
        var bytes = new byte[one.Size(MqttQos.AtLeastOnce, MqttProtocolVersion.V50)];
        one.Write(bytes, MqttQos.AtLeastOnce, retain: false, duplicate: false, 7, MqttProtocolVersion.V50);
        var zero = new byte[one.Size(MqttQos.AtMostOnce, MqttProtocolVersion.V50)];
        one.Write(zero, MqttQos.AtMostOnce, retain: false, duplicate: false, 0, MqttProtocolVersion.V50);
        var two = new byte[one.Size(MqttQos.ExactlyOnce, MqttProtocolVersion.V50)];
        one.Write(two, MqttQos.ExactlyOnce, retain: false, duplicate: false, 8, MqttProtocolVersion.V50);
        var form = new PublishForm(MqttQos.AtLeastOnce, MqttProtocolVersion.V50) { PacketId = 9, TopicAlias = 3 };
        var aliased = new byte[one.Size(form)];
        one.Write(aliased, form);
        return
        [
            .. new ConnectPacket { ClientId = "mutant", Will = will, SessionExpiry = 5, UserName = "u", Password = [1, 2] }.Write(),
            .. new SubscribePacket(1, [new("a/+/#", MqttQos.AtLeastOnce), new("b", MqttQos.AtMostOnce)]).Write(MqttProtocolVersion.V50),
            .. new SubscribePacket(3, [new("$share/g/x/#", MqttQos.ExactlyOnce)], 77).Write(MqttProtocolVersion.V50),
            .. bytes, .. zero, .. two, .. aliased,
            .. new AcknowledgementPacket(8, 0).Write(PacketType.Pubrel, MqttProtocolVersion.V50),
            .. new AcknowledgementPacket(1, 0).Write(PacketType.Pubrec, MqttProtocolVersion.V50),
            .. new AcknowledgementPacket(1, 0x92).Write(PacketType.Pubcomp, MqttProtocolVersion.V50), .. SmallPackets.Pingreq,
            .. new UnsubscribePacket(2, ["b"]).Write(MqttProtocolVersion.V50),
            .. new DisconnectPacket(0).Write(MqttProtocolVersion.V50),
        ];
    }
}
