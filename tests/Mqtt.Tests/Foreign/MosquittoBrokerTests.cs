using Plantroom.Mqtt.Tests.Client;
using Plantroom.TestKit.Mosquitto;

namespace Plantroom.Mqtt.Tests.Foreign;

/// <summary>The client against a real Mosquitto.</summary>
public sealed class MosquittoBrokerTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V50)]
    public async Task Messages_OfBothQos_GoAndComeBack(MqttProtocolVersion version)
    {
        await using var broker = await MosquittoBroker.StartAsync(cancellationToken: Cancelled);
        await using var client = await TestClient.ConnectAsync(broker.Port, o => o.ProtocolVersion = version);
        await client.SubscribeAsync("a/#");
        await client.PublishAsync("a/0", "zero", MqttQos.AtMostOnce);
        Assert.Equal("zero", (await client.SeenAsync()).Payload);
        for (var i = 0; i < 100; i++)
        {
            await client.PublishAsync("a/1", $"{i}");
            Assert.Equal($"{i}", (await client.SeenAsync()).Payload);
        }
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V50)]
    public async Task Publish_OfManyAtOnce_ReachesAMosquittoSub(MqttProtocolVersion version)
    {
        await using var broker = await MosquittoBroker.StartAsync(["max_queued_messages 0"], Cancelled);
        await using var subscriber = await new MosquittoClients(broker.Port).SubscribeAsync("a", 1, Cancelled);
        await using var client = await TestClient.ConnectAsync(broker.Port, o => o.ProtocolVersion = version);
        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => client.PublishAsync("a", $"{i}")));
        for (var i = 0; i < 500; i++) Assert.Equal($"{i}", (await subscriber.ReadAsync(Cancelled)).Payload);
    }

    [Fact]
    public async Task Broker_RestartedMeanwhile_IsConnectedToAgainWithItsSubscriptions()
    {
        await using var broker = await MosquittoBroker.StartAsync(cancellationToken: Cancelled);
        await using var client = await TestClient.ConnectAsync(
            broker.Port, o => (o.ClientId, o.SessionExpiry) = ("kept", TimeSpan.FromMinutes(5)));
        await client.SubscribeAsync("a");
        await broker.RestartAsync(Cancelled);
        await client.PublishAsync("a", "after");
        Assert.Equal("after", (await client.SeenAsync()).Payload);
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V50)]
    public async Task WrongPassword_AtTheFirstConnection_FailsWithoutSayingIt(MqttProtocolVersion version)
    {
        await using var broker = await MosquittoBroker.StartAsync(["allow_anonymous false", "password_file /dev/null"], Cancelled);
        await using var client = TestClient.Create(
            broker.Port, o => (o.ProtocolVersion, o.UserName, o.Password) = (version, "somebody", "secret-word"));
        var exception = await Assert.ThrowsAsync<MqttException>(() => client.Client.ConnectAsync(Cancelled));
        Assert.True(exception.ReasonCode is 0x86 or 0x87);
        Assert.DoesNotContain("secret-word", exception.ToString() + string.Join(' ', client.Log.All), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Will_OfAClientThatSaysNoGoodbye_IsPublishedByMosquitto()
    {
        await using var broker = await MosquittoBroker.StartAsync(cancellationToken: Cancelled);
        await using var watcher = await new MosquittoClients(broker.Port).SubscribeAsync("will", 1, Cancelled);
        await using var mortal = await TestClient.ConnectAsync(
            broker.Port, o => (o.ClientId, o.Will, o.ReconnectDelay) = ("m", new MqttWill("will", "gone"u8.ToArray()), TimeSpan.FromHours(1)));
        using var rival = await RawClient.OpenAsync(broker.Port);
        await rival.ConnectAsync(new Mqtt.Codec.ConnectPacket { ClientId = "m" });
        Assert.Equal(new MosquittoMessage("will", 1, false, "gone"), await watcher.ReadAsync(Cancelled));
    }
}
