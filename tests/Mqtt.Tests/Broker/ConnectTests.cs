using Plantroom.Mqtt.Codec;
using Plantroom.TestKit;

namespace Plantroom.Mqtt.Tests.Broker;

public sealed class ConnectTests
{
    [Fact]
    public async Task Connack5_Accepting_SaysWhatIsAvailable()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await broker.OpenAsync();
        var connack = await client.ConnectAsync(new ConnectPacket { SessionExpiry = uint.MaxValue });
        Assert.Equal(Reason.Success, connack.Reason);
        Assert.False(connack.SessionPresent);
        Assert.Equal(2, connack.MaximumQos);
        Assert.True(connack.RetainAvailable);
        Assert.True(connack.WildcardSubscriptions);
        Assert.True(connack.SubscriptionIdentifiers);
        Assert.True(connack.SharedSubscriptions);
        Assert.Equal(1024, connack.TopicAliasMaximum);
        Assert.Equal(4096, connack.ReceiveMaximum);
        Assert.Equal(2u * 1024 * 1024, connack.MaximumPacketSize);
        Assert.Equal(86_400u, connack.SessionExpiry);
        Assert.StartsWith("auto-", connack.AssignedClientId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("101000064D51497364700302003C000161" + "62", "200200" + "01")]
    [InlineData("100C00044D5154540302003C0000", "20020001")]
    public async Task Connect_OfAnOlderProtocol_IsRefusedInTheWordsOf311(string hex, string answer)
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await broker.OpenAsync();
        await client.SendAsync(Convert.FromHexString(hex));
        var packet = await client.ReadAsync();
        Assert.NotNull(packet);
        Assert.Equal(answer, Convert.ToHexString([packet.Header, (byte)packet.Body.Length, .. packet.Body]));
        Assert.Null(await client.ReadAsync());
    }

    [Fact]
    public async Task Connect_OfANewerProtocol_IsRefusedInTheWordsOf5()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await broker.OpenAsync();
        await client.SendAsync(Convert.FromHexString("100D00044D5154540602003C000000"));
        var packet = await client.ReadAsync();
        Assert.Equal(Reason.UnsupportedProtocolVersion, ConnackPacket.Read(packet!.Body, MqttProtocolVersion.V50).Reason);
    }

    [Fact]
    public async Task Connect311_WithoutIdForASessionThatIsKept_IsRefused()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await broker.OpenAsync();
        var connack = await client.ConnectAsync(new ConnectPacket { Version = MqttProtocolVersion.V311, CleanStart = false });
        Assert.Equal(Reason.ClientIdentifierNotValid, connack.Reason);
        Assert.Null(await client.ReadAsync());
    }

    [Fact]
    public async Task Connect5_WithExtendedAuthentication_IsRefused()
    {
        await using var broker = await TestBroker.StartAsync();
        using var one = await broker.OpenAsync();
        Assert.Equal(Reason.BadAuthenticationMethod, (await one.ConnectAsync(new ConnectPacket { AuthenticationMethod = "SCRAM" })).Reason);
    }

    [Fact]
    public async Task Connect_BeyondTheLimit_IsRefused()
    {
        await using var broker = await TestBroker.StartAsync(o => o.MaximumConnections = 1);
        using var one = await broker.ConnectAsync("one");
        using var two = await broker.OpenAsync();
        Assert.Equal(Reason.QuotaExceeded, (await two.ConnectAsync(new ConnectPacket { ClientId = "two" })).Reason);
        Assert.Equal(1, (await one.SubscribeAsync("a"))[0]);
    }

    [Fact]
    public async Task Sessions_BeyondTheLimit_AreRefused()
    {
        await using var broker = await TestBroker.StartAsync(o => o.MaximumSessions = 1);
        using var one = await broker.ConnectAsync("one");
        using var two = await broker.OpenAsync();
        Assert.Equal(Reason.QuotaExceeded, (await two.ConnectAsync(new ConnectPacket { ClientId = "two" })).Reason);
    }

    [Fact]
    public async Task Connection_WithoutConnectInTime_IsClosed()
    {
        var clock = new ManualClock();
        await using var broker = await TestBroker.StartAsync(o => o.ConnectTimeout = TimeSpan.FromSeconds(10), clock);
        using var client = await broker.OpenAsync();
        await Eventually.TrueAsync(() => broker.Connections.Any(), "it runs, and its time with it");
        clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Null(await client.ReadAsync());
        Assert.Equal(Reason.ProtocolError, (await broker.ErrorAsync()).ReasonCode);
    }

    [Fact]
    public async Task Client_SilentForOneAndAHalfKeepAlives_IsDisconnectedAndItsWillPublished()
    {
        var clock = new ManualClock();
        await using var broker = await TestBroker.StartAsync(time: clock);
        using var watcher = await broker.ConnectAsync("watcher");
        await watcher.SubscribeAsync("will/#");
        var will = new WillMessage("will/a"u8.ToArray(), "gone"u8.ToArray(), MqttQos.AtLeastOnce, false, 0, []);
        using var client = await broker.ConnectAsync("a", with: c => c with { KeepAlive = 10, Will = will });
        clock.Advance(TimeSpan.FromSeconds(14));
        await client.AssertNothingAsync();
        clock.Advance(TimeSpan.FromSeconds(14));
        await client.AssertNothingAsync();
        clock.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(Reason.KeepAliveTimeout, await client.ReadDisconnectAsync());
        Assert.Equal("gone", (await watcher.ReadMessageAsync()).Payload);
        Assert.Empty(broker.Broker.RecentErrors);
    }

    [Fact]
    public async Task Client_WithTheIdOfAnother_TakesOver()
    {
        await using var broker = await TestBroker.StartAsync();
        using var old = await broker.ConnectAsync("same");
        using var young = await broker.ConnectAsync("same");
        Assert.Equal(Reason.SessionTakenOver, await old.ReadDisconnectAsync());
        await young.SubscribeAsync("a");
        await young.PublishAsync("a", "x");
        Assert.Equal("x", (await young.ReadMessageAsync()).Payload);
    }

    [Fact]
    public async Task Broker_WithAnAddressOthersCanReach_IsRefused()
    {
        var options = new MqttBrokerOptions { Address = "0.0.0.0", Port = 70_000 };
        Assert.Equal(2, options.Problems().Count);
        var exception = Assert.Throws<ArgumentException>(() => new MqttBroker(options, TimeProvider.System, new RecordingLog<MqttBroker>()));
        Assert.Contains("nobody has a password", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Port", exception.Message, StringComparison.Ordinal);
        Assert.NotEmpty(new MqttBrokerOptions { Address = "localhost" }.Problems());
        Assert.Empty(new MqttBrokerOptions { Address = "::1" }.Problems());
        await using var broker = await TestBroker.StartAsync();
        Assert.Equal("127.0.0.1", broker.Broker.EndPoint.Address.ToString());
    }

    [Fact]
    public async Task Stop_WithIdleClientsAndAnAcknowledgementOwed_IsQuickAndFlushesIt()
    {
        await using var broker = await TestBroker.StartAsync();
        var owed = new TaskCompletionSource<MqttAcknowledgement>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = await broker.SubscribeAsync("a", (in MqttMessage message) =>
        {
            owed.SetResult(message.Acknowledgement);
            return ValueTask.CompletedTask;
        });
        using var idle = await broker.ConnectAsync("idle");
        using var silent = await broker.OpenAsync();
        using var client = await broker.ConnectAsync("publisher");
        await client.PublishAsync("a", "1", MqttQos.AtLeastOnce, 5);
        var acknowledgement = await owed.Task;
        var started = TimeProvider.System.GetTimestamp();
        var stop = broker.Broker.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(Reason.ServerShuttingDown, await idle.ReadDisconnectAsync());
        acknowledgement.Complete();
        Assert.Equal(5, await client.ReadPubackAsync());
        Assert.Equal(Reason.ServerShuttingDown, await client.ReadDisconnectAsync());
        await stop;
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(2));
        Assert.Equal(0, broker.Broker.Statistics.Connections);
    }

    [Fact]
    public async Task Stop_WithAnAcknowledgementThatNeverComes_IsDoneWithinTwoSeconds()
    {
        await using var broker = await TestBroker.StartAsync();
        using var subscription = await broker.SubscribeAsync("a", static (in MqttMessage _) => new ValueTask(new TaskCompletionSource().Task));
        using var client = await broker.ConnectAsync("publisher");
        await client.PublishAsync("a", "1", MqttQos.AtLeastOnce, 5);
        await Eventually.TrueAsync(() => broker.Broker.Statistics.Received == 1, "it is received");
        var started = TimeProvider.System.GetTimestamp();
        await broker.Broker.StopAsync(TestContext.Current.CancellationToken);
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(2));
    }
}
