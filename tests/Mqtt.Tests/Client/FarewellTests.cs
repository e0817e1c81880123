using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Tests.Client;

/// <summary>What a client still says when it leaves, and what it leaves to the next one.</summary>
public sealed class FarewellTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(MqttQos.AtLeastOnce, PacketType.Puback)]
    [InlineData(MqttQos.ExactlyOnce, PacketType.Pubrec)]
    public async Task Disconnect_AfterAcknowledgements_SendsThemFirst(MqttQos qos, object answer)
    {
        using var broker = new ScriptedBroker();
        for (var round = 0; round < 40; round++)
        {
            var (client, peer) = await SubscribedAsync(broker);
            using var _ = peer;
            client.Acknowledges = false;
            for (ushort id = 1; id <= 3; id++) await peer.PublishAsync("a", $"{id}", qos, id);
            var owed = new List<MqttAcknowledgement>();
            for (var i = 0; i < 3; i++) owed.Add((await client.SeenAsync()).Acknowledgement);
            foreach (var one in owed) one.Complete();
            var leaving = client.DisposeAsync();
            for (var i = 1; i <= 3; i++) Assert.Equal(i, await peer.ReadIdAsync((PacketType)answer));
            Assert.Equal(0, await peer.ReadDisconnectAsync());
            await leaving;
        }
    }

    [Fact]
    public async Task Disconnect_WhileMessagesPourIn_AcknowledgesAllThatWereHandled()
    {
        using var broker = new ScriptedBroker();
        for (var round = 0; round < 20; round++)
        {
            var (client, peer) = await SubscribedAsync(broker);
            using var _ = peer;
            var pouring = PourAsync(peer);
            for (var i = 0; i < 10 * round; i++) await client.SeenAsync();
            var leaving = client.DisposeAsync().AsTask();
            var acknowledged = 0;
            for (var packet = await peer.ReadAsync(); packet!.Type != PacketType.Disconnect; packet = await peer.ReadAsync())
                acknowledged += packet.Type == PacketType.Puback ? 1 : 0;
            await leaving.WaitAsync(Patience, Ending);
            await pouring;
            Assert.Equal(acknowledged, client.SeenCount + (10 * round));
        }
    }

    [Fact]
    public async Task Disconnect_WhileOthersPublish_SendsNothingBehindIt()
    {
        using var broker = new ScriptedBroker();
        var (client, peer) = await broker.ConnectAsync();
        using var _ = peer;
        var publishing = Enumerable.Range(0, 4).Select(i => Task.Run(() => PublishUntilItFailsAsync(client.Client, (MqttQos)(i % 3)), Ending)).ToArray();
        for (var i = 0; i < 100; i++) await peer.ReadAsync(PacketType.Publish);
        var leaving = client.DisposeAsync();
        var last = default(PacketType);
        while (await peer.ReadAsync() is { } packet) last = packet.Type;
        Assert.Equal(PacketType.Disconnect, last);
        await leaving;
        await Task.WhenAll(publishing).WaitAsync(Patience, Ending);
    }

    [Theory]
    [InlineData(MqttQos.AtMostOnce)]
    [InlineData(MqttQos.AtLeastOnce)]
    public async Task Publish_OfAClientThatNeverConnects_FailsWhenItIsDisposed(MqttQos qos)
    {
        var client = TestClient.Create(1);
        var publishing = client.PublishAsync("a", "x", qos);
        await client.DisposeAsync();
        await Assert.ThrowsAsync<MqttException>(() => publishing.WaitAsync(Patience, Ending));
    }

    private static async Task<(TestClient Client, RawClient Peer)> SubscribedAsync(ScriptedBroker broker)
    {
        var (client, peer) = await broker.ConnectAsync();
        var subscribing = client.SubscribeAsync("a", MqttQos.ExactlyOnce);
        await peer.GrantAsync();
        await subscribing;
        return (client, peer);
    }

    private static async Task PourAsync(RawClient peer)
    {
        try
        {
            for (ushort id = 1; id <= 1000; id++) await peer.PublishAsync("a", "x", MqttQos.AtLeastOnce, id);
        }
        catch (IOException)
        {
            // The client has left.
        }
    }

    private static async Task PublishUntilItFailsAsync(MqttClient client, MqttQos qos)
    {
        try
        {
            while (true)
            {
                var publishing = client.PublishAsync("a", "x"u8.ToArray(), qos, cancellationToken: Ending).AsTask();
                if (qos == MqttQos.AtMostOnce || publishing.IsFaulted) await publishing;
                else await Task.Yield();
            }
        }
        catch (Exception exception) when (exception is MqttException or ObjectDisposedException)
        {
            // It has left.
        }
    }
}
