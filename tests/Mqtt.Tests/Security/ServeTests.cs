using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Tests.Security;

/// <summary>The broker over streams that somebody else has accepted.</summary>
public sealed class ServeTests
{
    private static readonly MqttPeer Local = new(null, IsLocal: true);

    [Fact]
    public async Task Client_OverAStream_PublishesToOneOverTcp()
    {
        await using var broker = await TestBroker.StartAsync();
        var (near, far) = Channel.Open();
        var served = broker.Broker.ServeAsync(far, Local, TestContext.Current.CancellationToken);
        using var watcher = await broker.ConnectAsync("watcher");
        await watcher.SubscribeAsync("a");
        using var client = new RawClient(near);
        await client.ConnectAsync(new ConnectPacket { ClientId = "streamed" });
        await client.PublishAsync("a", "x", MqttQos.AtLeastOnce, 3);
        Assert.Equal(3, await client.ReadPubackAsync());
        Assert.Equal("x", (await watcher.ReadMessageAsync()).Payload);
        await client.SendAsync(0xE0, 0);
        await served;
        Assert.Null(await client.ReadAsync());
        await Eventually.TrueAsync(() => broker.Broker.Statistics.Connections == 1, "only the watcher is left");
    }

    [Fact]
    public async Task Client_OverAStream_IsToldWhyItIsClosed()
    {
        await using var broker = await TestBroker.StartAsync();
        var (near, far) = Channel.Open();
        var served = broker.Broker.ServeAsync(far, Local, TestContext.Current.CancellationToken);
        using var client = new RawClient(near);
        await client.ConnectAsync(new ConnectPacket { ClientId = "same" });
        using var rival = await broker.ConnectAsync("same");
        Assert.Equal(Reason.SessionTakenOver, await client.ReadDisconnectAsync());
        await served;
    }

    [Fact]
    public async Task Serve_ThatIsCancelled_SaysGoodbyeAsTheBrokersOwnStop()
    {
        await using var broker = await TestBroker.StartAsync();
        var (near, far) = Channel.Open();
        using var stop = new CancellationTokenSource();
        var served = broker.Broker.ServeAsync(far, Local, stop.Token);
        using var client = new RawClient(near);
        await client.ConnectAsync(new ConnectPacket { ClientId = "a" });
        await stop.CancelAsync();
        Assert.Equal(Reason.ServerShuttingDown, await client.ReadDisconnectAsync());
        await served;
        Assert.Empty(broker.Broker.RecentErrors);
    }

    [Fact]
    public async Task Serve_OnABrokerThatDoesNotRun_IsRefused()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.Broker.StopAsync(TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<InvalidOperationException>(() => broker.Broker.ServeAsync(Channel.Open().Far, Local, CancellationToken.None));
    }
}
