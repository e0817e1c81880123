using System.Collections.Concurrent;
using System.Text;
using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Tests.Client;

/// <summary>A client that ends, or cannot go on, leaves nobody waiting.</summary>
public sealed class ClientEndTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dispose_WithMorePublishersThanMayBeInFlight_FailsThemAll()
    {
        await using var broker = await TestBroker.StartAsync();
        using var subscription = await broker.SubscribeAsync("a", static (in MqttMessage _) => ValueTask.CompletedTask);
        var client = await TestClient.ConnectAsync(broker.Port, o => o.MaximumInFlight = 1);
        Task[] publishing = [.. Enumerable.Range(0, 5).Select(i => client.PublishAsync("a", $"{i}"))];
        await Eventually.TrueAsync(() => broker.Broker.Statistics.Received == 1, "one arrives");
        await client.DisposeAsync();
        foreach (var one in publishing) await Assert.ThrowsAsync<MqttException>(() => one.WaitAsync(Patience, Ending));
    }

    [Fact]
    public async Task Publishes_WithoutWaitingForEach_ArriveInTheOrderOfTheirCalls()
    {
        await using var broker = await TestBroker.StartAsync();
        var seen = new ConcurrentQueue<int>();
        using var subscription = await broker.SubscribeAsync("a", (in MqttMessage message) =>
        {
            seen.Enqueue(int.Parse(Encoding.UTF8.GetString(message.Payload), null));
            message.Acknowledgement.Complete();
            return ValueTask.CompletedTask;
        });
        await using var client = await TestClient.ConnectAsync(broker.Port, o => o.MaximumInFlight = 16);
        await Task.WhenAll(Enumerable.Range(0, 3000).Select(i => client.PublishAsync("a", $"{i}")));
        Assert.Equal(Enumerable.Range(0, 3000), seen);
    }

    [Fact]
    public async Task Publish_CancelledBeforeItIsSent_IsNeverSentAndOneCancelledAfterKeepsItsPlaceUntilAcknowledged()
    {
        await using var broker = await TestBroker.StartAsync();
        var owed = new ConcurrentQueue<(string Payload, MqttAcknowledgement Acknowledgement)>();
        using var subscription = await broker.SubscribeAsync("a", (in MqttMessage message) =>
        {
            owed.Enqueue((Encoding.UTF8.GetString(message.Payload), message.Acknowledgement));
            return ValueTask.CompletedTask;
        });
        await using var client = await TestClient.ConnectAsync(broker.Port, o => o.MaximumInFlight = 1);
        using var cancellation = new CancellationTokenSource();
        var sent = client.Client.PublishAsync("a", "sent"u8.ToArray(), MqttQos.AtLeastOnce, false, cancellation.Token).AsTask();
        var waiting = client.Client.PublishAsync("a", "never"u8.ToArray(), MqttQos.AtLeastOnce, false, cancellation.Token).AsTask();
        await Eventually.TrueAsync(() => owed.Count == 1, "the first one arrives");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        var last = client.PublishAsync("a", "last");
        Assert.True(owed.TryDequeue(out var first));
        first.Acknowledgement.Complete();
        await Eventually.TrueAsync(() => owed.Count == 1, "the last one arrives");
        Assert.True(owed.TryDequeue(out var second));
        Assert.Equal(("sent", "last"), (first.Payload, second.Payload));
        second.Acknowledgement.Complete();
        await last;
    }

    [Fact]
    public async Task Subscribe_AfterTheEnd_IsRefusedAndNotWaitedForForEver()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = await TestClient.ConnectAsync(broker.Port);
        await client.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.SubscribeAsync("a").WaitAsync(Patience, Ending));
    }

    [Fact]
    public async Task Connect_AgainAfterEachRefusal_IsTriedAndRefusedEachTime()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var client = TestClient.Create(broker.Port, o => (o.ProtocolVersion, o.CleanStart) = (MqttProtocolVersion.V311, false));
        for (var i = 0; i < 100; i++)
            await Assert.ThrowsAsync<MqttException>(() => client.Client.ConnectAsync(Ending).WaitAsync(Patience, Ending));
    }

    [Fact]
    public async Task Defect_WhileConnecting_IsLoggedAndTheClientTriesAgain()
    {
        await using var broker = await TestBroker.StartAsync();
        var log = new RecordingLog<MqttClient>();
        var options = new MqttClientOptions { Port = broker.Port, ReconnectDelay = TimeSpan.FromMilliseconds(1) };
        await using var client = new MqttClient(options, new BrokenOnce(), log);
        await client.ConnectAsync(Ending).WaitAsync(Patience, Ending);
        Assert.Contains("a defect", Assert.Single(log.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reconnect_WithManyUnacknowledged_SendsThemAgainInOrderAndNoMoreThanTheBrokerTakes()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        await using var client = TestClient.Create(((System.Net.IPEndPoint)listener.LocalEndpoint).Port, o => o.MaximumInFlight = 3);
        var connecting = client.Client.ConnectAsync(Ending);
        Task[] publishing;
        using (var first = await AcceptAsync(listener, receiveMaximum: 10))
        {
            await connecting;
            publishing = [.. Enumerable.Range(1, 5).Select(i => client.PublishAsync("a", $"{i}"))];
            for (var i = 1; i <= 3; i++) Assert.Equal(($"{i}", false), await ReadAsync(first));
            await first.AcknowledgeAsync(1);
            Assert.Equal(("4", false), await ReadAsync(first));
        }

        using var second = await AcceptAsync(listener, receiveMaximum: 2);
        Assert.Equal(("2", true), await ReadAsync(second));
        Assert.Equal(("3", true), await ReadAsync(second));
        await second.AcknowledgeAsync(2);
        Assert.Equal(("4", true), await ReadAsync(second));
        await second.AcknowledgeAsync(3);
        Assert.Equal(("5", false), await ReadAsync(second));
        await second.AcknowledgeAsync(4);
        await second.AcknowledgeAsync(5);
        await Task.WhenAll(publishing).WaitAsync(Patience, Ending);
    }

    [Theory]
    [InlineData(0, 0.0, 250)]
    [InlineData(0, 1.0, 500)]
    [InlineData(1, 1.0, 1000)]
    [InlineData(3, 0.5, 3000)]
    [InlineData(6, 1.0, 30_000)]
    [InlineData(int.MaxValue, 0.0, 15_000)]
    public void Delay_AfterFailures_DoublesUpToTheLongestWithHalfOfItAtRandom(int failures, double random, double milliseconds) =>
        Assert.Equal(milliseconds, MqttClient.Delay(new MqttClientOptions(), failures, random).TotalMilliseconds);

    [Fact]
    public async Task Topics_WithHalfACharacter_AreRefused()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var client = await TestClient.ConnectAsync(broker.Port);
        await Assert.ThrowsAsync<ArgumentException>(() => client.PublishAsync("a/\uD800", "x"));
        await Assert.ThrowsAsync<ArgumentException>(() => client.SubscribeAsync("a/\uD800"));
        await Assert.ThrowsAsync<ArgumentException>(() => broker.PublishAsync("a/\uD800", default, MqttQos.AtMostOnce, false).AsTask());
    }

    [Fact]
    public void Options_WithTextsThatDoNotFitIntoConnect_AreRefused()
    {
        var tooLong = new string('x', 65_536);
        Assert.Equal(3, new MqttClientOptions { ClientId = tooLong, UserName = tooLong, Password = tooLong }.Problems().Count);
    }

    private static async Task<RawClient> AcceptAsync(System.Net.Sockets.TcpListener listener, ushort receiveMaximum)
    {
        var peer = new RawClient(await listener.AcceptSocketAsync(Ending));
        Assert.Equal(PacketType.Connect, (await peer.ReadAsync())?.Type);
        await peer.SendAsync(new ConnackPacket { ReceiveMaximum = receiveMaximum }.Write(MqttProtocolVersion.V50));
        return peer;
    }

    private static async Task<(string Payload, bool Duplicate)> ReadAsync(RawClient peer) =>
        await peer.ReadMessageAsync() is var message ? (message.Payload, message.Duplicate) : default;

    private sealed class BrokenOnce : TimeProvider
    {
        private int calls;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            Interlocked.Increment(ref calls) == 1
                ? throw new ArithmeticException("a defect")
                : System.CreateTimer(callback, state, dueTime, period);
    }
}
