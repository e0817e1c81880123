using Plantroom.Mqtt.Codec;
using Plantroom.TestKit;

namespace Plantroom.Mqtt.Tests.Client;

/// <summary>The client against the embedded broker.</summary>
public sealed class ClientTests
{
    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V50)]
    public async Task Messages_OfBothQos_ComeBack(MqttProtocolVersion version)
    {
        await using var broker = await TestBroker.StartAsync();
        await using var client = await TestClient.ConnectAsync(broker.Port, o => o.ProtocolVersion = version);
        Assert.True(client.Client.IsConnected);
        await client.SubscribeAsync("a/+");
        await client.PublishAsync("a/0", "zero", MqttQos.AtMostOnce);
        Assert.Equal("zero", (await client.SeenAsync()).Payload);
        await client.PublishAsync("a/1", "one");
        Assert.Equal(("a/1", "one"), await client.SeenAsync() is var m ? (m.Topic, m.Payload) : default);
    }

    [Fact]
    public async Task Publish_OfManyAtOnce_CompletesWhenEachIsAcknowledged()
    {
        await using var broker = await TestBroker.StartAsync(o => o.ReceiveMaximum = 50);
        var count = 0;
        using var subscription = await broker.SubscribeAsync("a", (in MqttMessage message) =>
        {
            Interlocked.Increment(ref count);
            message.Acknowledgement.Complete();
            return ValueTask.CompletedTask;
        });
        await using var client = await TestClient.ConnectAsync(broker.Port, o => o.MaximumInFlight = 200);
        await Task.WhenAll(Enumerable.Range(0, 2000).Select(i => client.PublishAsync("a", $"{i}")));
        Assert.Equal(2000, count);
        Assert.Empty(broker.Broker.RecentErrors);
    }

    [Fact]
    public async Task Connection_Lost_IsMadeAgainWithSubscriptionsAndUnacknowledgedMessages()
    {
        await using var broker = await TestBroker.StartAsync();
        var owed = new List<MqttAcknowledgement>();
        var duplicates = new List<bool>();
        using var subscription = await broker.SubscribeAsync("up", (in MqttMessage message) =>
        {
            lock (owed)
            {
                owed.Add(message.Acknowledgement);
                duplicates.Add(message.Duplicate);
            }

            return ValueTask.CompletedTask;
        });
        await using var client = await TestClient.ConnectAsync(broker.Port, o => o.ClientId = "c");
        await client.SubscribeAsync("down");
        var publishing = client.PublishAsync("up", "1");
        await Eventually.TrueAsync(() => owed.Count == 1, "it arrives");
        using (await broker.ConnectAsync("c"))
        {
            await Eventually.TrueAsync(() => owed.Count >= 2, "it arrives again");
        }

        Assert.False(duplicates[0]);
        Assert.True(duplicates[1]);
        Assert.False(publishing.IsCompleted);
        await Eventually.TrueAsync(
            () =>
            {
                lock (owed) owed.ForEach(a => a.Complete());
                return publishing.IsCompleted;
            },
            "it is acknowledged");
        await publishing;
        await Eventually.TrueAsync(() => client.Client.IsConnected, "it is connected");
        await broker.PublishAsync("down", "x"u8.ToArray(), MqttQos.AtLeastOnce, retain: true);
        Assert.Equal("x", (await client.SeenAsync()).Payload);
    }

    [Fact]
    public async Task Session_ThatIsKept_DeliversWhatWasNotAcknowledgedAgain()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var client = await TestClient.ConnectAsync(
            broker.Port, o => (o.ClientId, o.SessionExpiry) = ("c", TimeSpan.FromMinutes(5)));
        client.Acknowledges = false;
        await client.SubscribeAsync("a");
        await broker.PublishAsync("a", "1"u8.ToArray(), MqttQos.AtLeastOnce, false);
        Assert.False((await client.SeenAsync()).Duplicate);
        client.Acknowledges = true;
        (await broker.ConnectAsync("c", with: c => c with { SessionExpiry = 300, CleanStart = false })).Dispose();
        var again = await client.SeenAsync();
        Assert.Equal(("1", true), (again.Payload, again.Duplicate));
    }

    [Fact]
    public async Task Acknowledgements_CompletedOutOfOrder_ReachTheBrokerInOrder()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var client = await TestClient.ConnectAsync(broker.Port, o => o.ReceiveMaximum = 3);
        client.Acknowledges = false;
        await client.SubscribeAsync("a");
        for (var i = 0; i < 6; i++) await broker.PublishAsync("a", new[] { (byte)('0' + i) }, MqttQos.AtLeastOnce, false);
        var all = new[] { await client.SeenAsync(), await client.SeenAsync(), await client.SeenAsync() };
        all[2].Acknowledgement.Complete();
        all[1].Acknowledgement.Complete();
        Assert.Equal(["0", "1", "2"], all.Select(m => m.Payload));
        all[0].Acknowledgement.Complete();
        for (var i = 3; i < 6; i++) Assert.Equal($"{i}", (await client.SeenAsync()).Payload);
    }

    [Fact]
    public async Task Connect_ToABrokerThatComesLater_CompletesThen()
    {
        var port = Plantroom.TestKit.Mosquitto.MosquittoBroker.FreePort();
        await using var client = TestClient.Create(port);
        var connecting = client.Client.ConnectAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => client.Log.All.Count > 0, "it fails once");
        Assert.False(connecting.IsCompleted);
        await using var broker = await TestBroker.StartAsync(o => o.Port = port);
        await connecting;
        Assert.True(client.Client.IsConnected);
    }

    [Fact]
    public async Task Connect_RefusedForGood_FailsWithTheReason()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var client = TestClient.Create(broker.Port, o => (o.ProtocolVersion, o.CleanStart) = (MqttProtocolVersion.V311, false));
        var exception = await Assert.ThrowsAsync<MqttException>(() => client.Client.ConnectAsync(TestContext.Current.CancellationToken));
        Assert.Equal(Reason.ClientIdentifierNotValid, exception.ReasonCode);
        Assert.False(client.Client.IsConnected);
    }

    [Fact]
    public async Task Subscribe_RefusedByTheBroker_FailsWithTheReason()
    {
        await using var broker = await TestBroker.StartAsync(o => o.MaximumSubscriptionsPerClient = 1);
        await using var client = await TestClient.ConnectAsync(broker.Port);
        await client.SubscribeAsync("a");
        var exception = await Assert.ThrowsAsync<MqttException>(() => client.SubscribeAsync("b"));
        Assert.Equal(Reason.QuotaExceeded, exception.ReasonCode);
    }

    [Fact]
    public async Task Publish_LargerThanTheBrokerAccepts_FailsAndTheConnectionStays()
    {
        await using var broker = await TestBroker.StartAsync(o => o.MaximumPacketSize = 1000);
        await using var client = await TestClient.ConnectAsync(broker.Port);
        foreach (var qos in new[] { MqttQos.AtMostOnce, MqttQos.AtLeastOnce })
        {
            var exception = await Assert.ThrowsAsync<MqttException>(() => client.PublishAsync("a", new string('x', 2000), qos));
            Assert.Equal(Reason.PacketTooLarge, exception.ReasonCode);
        }

        await client.PublishAsync("a", "fits");
        Assert.Empty(broker.Broker.RecentErrors);
    }

    [Fact]
    public async Task Will_OfADisconnectedClient_IsNotPublished()
    {
        await using var broker = await TestBroker.StartAsync();
        using var watcher = await broker.ConnectAsync("watcher");
        await watcher.SubscribeAsync("will");
        await using (await TestClient.ConnectAsync(broker.Port, o => o.Will = new MqttWill("will", "gone"u8.ToArray())))
        {
            // Disposing it says goodbye.
        }

        await Eventually.TrueAsync(() => broker.Broker.Statistics.Connections == 1, "it is gone");
        await watcher.AssertNothingAsync();
    }

    [Fact]
    public async Task KeepAlive_OfAnIdleClient_KeepsItConnected()
    {
        var clock = new ManualClock();
        await using var broker = await TestBroker.StartAsync(time: clock);
        await using var client = await TestClient.ConnectAsync(broker.Port, o => o.KeepAlive = TimeSpan.FromSeconds(20), clock);
        await client.SubscribeAsync("a");
        for (var i = 0; i < 6; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(10));
            await client.PublishAsync("a", $"{i}");
            Assert.Equal($"{i}", (await client.SeenAsync()).Payload);
        }

        Assert.True(client.Client.IsConnected);
        Assert.DoesNotContain(client.Log.All, text => text.Contains("has ended", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Broker_ThatDoesNotAnswerPings_IsGivenUp()
    {
        var clock = new ManualClock();
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        await using var client = TestClient.Create(
            ((System.Net.IPEndPoint)listener.LocalEndpoint).Port, o => o.KeepAlive = TimeSpan.FromSeconds(20), clock);
        var connecting = client.Client.ConnectAsync(TestContext.Current.CancellationToken);
        using var peer = new RawClient(await listener.AcceptSocketAsync(TestContext.Current.CancellationToken));
        Assert.Equal(PacketType.Connect, (await peer.ReadAsync())?.Type);
        await peer.SendAsync(new ConnackPacket().Write(MqttProtocolVersion.V50));
        await connecting;
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(PacketType.Pingreq, (await peer.ReadAsync())?.Type);
        clock.Advance(TimeSpan.FromSeconds(20));
        await Eventually.TrueAsync(() => client.Log.All.Any(t => t.Contains("does not answer", StringComparison.Ordinal)), "it gives up");
    }

    [Fact]
    public async Task Dispose_WithAMessageThatIsNotAcknowledged_FailsIt()
    {
        await using var broker = await TestBroker.StartAsync();
        using var subscription = await broker.SubscribeAsync("a", static (in MqttMessage _) => ValueTask.CompletedTask);
        var client = await TestClient.ConnectAsync(broker.Port);
        var publishing = client.PublishAsync("a", "x");
        await Eventually.TrueAsync(() => broker.Broker.Statistics.Received == 1, "it arrives");
        await client.DisposeAsync();
        await Assert.ThrowsAsync<MqttException>(() => publishing);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.PublishAsync("a", "x"));
    }

    [Fact]
    public void Options_OutOfTheirRanges_AreRefusedAllAtOnce()
    {
        var options = new MqttClientOptions
        {
            Port = 0, MaximumInFlight = 0, Will = new MqttWill("a/#", default, (MqttQos)3),
        };
        Assert.Equal(4, options.Problems().Count);
        Assert.Throws<ArgumentException>(() => new MqttClient(options, TimeProvider.System, new RecordingLog<MqttClient>()));
    }
}
