using Plantroom.Mqtt.Client;
using Plantroom.Mqtt.Codec;
using Plantroom.TestKit;

namespace Plantroom.Mqtt.Tests.Client;

/// <summary>What a broker says it cannot do is not asked of it, and what the client says it cannot do is not accepted.</summary>
public sealed class ServerLimitTests
{
    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(MqttQos.ExactlyOnce, false, 0x9B)]
    [InlineData(MqttQos.AtLeastOnce, false, 0x9B)]
    [InlineData(MqttQos.AtMostOnce, true, 0x9A)]
    public async Task Publish_OfWhatTheBrokerHasNot_FailsAndTheConnectionStays(MqttQos qos, bool retain, byte reason)
    {
        using var broker = new ScriptedBroker();
        var (client, peer) = await broker.ConnectAsync(new ConnackPacket { MaximumQos = 0, RetainAvailable = false });
        await using var _ = client;
        using var __ = peer;
        var exception = await Assert.ThrowsAsync<MqttException>(() => client.PublishAsync("a", "x", qos, retain));
        Assert.Equal(reason, exception.ReasonCode);
        await client.PublishAsync("a", "fits", MqttQos.AtMostOnce);
        Assert.Equal("fits", (await peer.ReadMessageAsync()).Payload);
    }

    [Theory]
    [InlineData("$share/g/a", null, 0x9E)]
    [InlineData("a", 5, 0xA1)]
    [InlineData("a/#", null, 0xA2)]
    public async Task Subscribe_ToWhatTheBrokerHasNot_FailsAndNothingIsSent(string filter, int? identifier, byte reason)
    {
        using var broker = new ScriptedBroker();
        var (client, peer) = await broker.ConnectAsync(
            new ConnackPacket { SharedSubscriptions = false, SubscriptionIdentifiers = false, WildcardSubscriptions = false });
        await using var _ = client;
        using var __ = peer;
        var exception = await Assert.ThrowsAsync<MqttException>(() => client.Client.SubscribeAsync(
            new MqttSubscription(filter) { Identifier = identifier }, static (in MqttMessage _) => ValueTask.CompletedTask, Ending));
        Assert.Equal(reason, exception.ReasonCode);
        await client.PublishAsync("a", "first", MqttQos.AtMostOnce);
        Assert.Equal("first", (await peer.ReadMessageAsync()).Payload);
    }

    [Theory]
    [InlineData("$share/g")]
    [InlineData("$share//a")]
    [InlineData("$share/g+/a")]
    [InlineData("$share/g/")]
    [InlineData("a/#/b")]
    public async Task Subscribe_ToAFilterThatIsNone_IsRefusedHere(string filter)
    {
        await using var client = TestClient.Create(1);
        await Assert.ThrowsAsync<ArgumentException>(() => client.SubscribeAsync(filter));
    }

    [Fact]
    public async Task Broker_ThatSendsMuchMoreThanReceiveMaximum_IsDisconnected()
    {
        using var broker = new ScriptedBroker();
        var (client, peer) = await broker.ConnectAsync(configure: o => o.ReceiveMaximum = 2);
        await using var _ = client;
        using var __ = peer;
        client.Acknowledges = false;
        var subscribing = client.SubscribeAsync("a");
        await peer.GrantAsync();
        await subscribing;
        for (ushort id = 1; id <= 2 + ClientPackets.Tolerated; id++) await peer.PublishAsync("a", "x", MqttQos.AtLeastOnce, id);
        await client.SeenAsync();
        Assert.True(client.Client.IsConnected);
        await peer.PublishAsync("a", "x", MqttQos.AtLeastOnce, 3 + ClientPackets.Tolerated);
        Assert.Equal(Reason.ReceiveMaximumExceeded, await peer.ReadDisconnectAsync());
    }

    [Fact]
    public async Task Broker_ThatSendsALargerPacketThanAllowed_IsDisconnected()
    {
        using var broker = new ScriptedBroker();
        var (client, peer) = await broker.ConnectAsync(configure: o => o.MaximumPacketSize = 256);
        await using var _ = client;
        using var __ = peer;
        await peer.PublishAsync("a", new string('x', 300));
        Assert.Equal(Reason.PacketTooLarge, await peer.ReadDisconnectAsync());
    }

    [Theory]
    [InlineData(new byte[] { 0xF0, 0 })]
    [InlineData(new byte[] { 0xF0, 2, 0x18, 0 })]
    [InlineData(new byte[] { 0x82, 5, 0, 1, 0, 0, 0 })]
    public async Task Broker_ThatSendsWhatNobodyAskedFor_IsDisconnected(byte[] packet)
    {
        using var broker = new ScriptedBroker();
        var (client, peer) = await broker.ConnectAsync();
        await using var _ = client;
        using var __ = peer;
        await peer.SendAsync(packet);
        Assert.Equal(Reason.ProtocolError, await peer.ReadDisconnectAsync());
    }

    [Fact]
    public async Task ReasonStrings_OfTheBroker_AreInExceptionsAndTheLog()
    {
        using var broker = new ScriptedBroker();
        var (client, peer) = await broker.ConnectAsync();
        await using var _ = client;
        using (peer)
        {
            var subscribing = client.SubscribeAsync("a");
            await peer.ReadAsync(PacketType.Subscribe);
            await peer.SendAsync([0x90, 10, 0xF0, 1, 6, 0x1F, 0, 3, (byte)'w', (byte)'h', (byte)'y', 0x87]);
            Assert.Contains("0x87, why", (await Assert.ThrowsAsync<MqttException>(() => subscribing)).Message, StringComparison.Ordinal);
            var publishing = client.PublishAsync("a", "x");
            await peer.ReadMessageAsync();
            await peer.SendAsync([0x40, 10, 0, 1, 0x97, 6, 0x1F, 0, 3, (byte)'w', (byte)'h', (byte)'o']);
            Assert.Contains("0x97, who", (await Assert.ThrowsAsync<MqttException>(() => publishing)).Message, StringComparison.Ordinal);
            await peer.SendAsync(new DisconnectPacket(Reason.ServerShuttingDown, ReasonString: "bye").Write(MqttProtocolVersion.V50));
            await Eventually.TrueAsync(() => client.Log.All.Any(t => t.Contains("0x8B, bye", StringComparison.Ordinal)), "it is logged");
        }
    }

    [Fact]
    public async Task ServerKeepAlive_OfTheBroker_IsWhatCounts()
    {
        var clock = new ManualClock();
        using var broker = new ScriptedBroker();
        var (client, peer) = await broker.ConnectAsync(new ConnackPacket { ServerKeepAlive = 10 }, o => o.KeepAlive = TimeSpan.FromHours(1), clock);
        await using var _ = client;
        using var __ = peer;
        clock.Advance(TimeSpan.FromSeconds(5));
        await peer.ReadAsync(PacketType.Pingreq);
    }

    [Fact]
    public async Task AssignedClientId_OfTheBroker_IsUsedForTheNextConnection()
    {
        using var broker = new ScriptedBroker();
        var (client, first) = await broker.ConnectAsync(
            new ConnackPacket { AssignedClientId = "yours" }, o => o.SessionExpiry = TimeSpan.FromMinutes(2));
        await using var _ = client;
        first.Dispose();
        using var second = await broker.AcceptAsync();
        var connect = ConnectPacket.Read(broker.Connect);
        Assert.Equal(("yours", false, 120u), (connect.ClientId, connect.CleanStart, connect.SessionExpiry));
    }
}
