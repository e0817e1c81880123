using System.Text;
using Plantroom.Mqtt.Codec;
using Plantroom.TestKit;

namespace Plantroom.Mqtt.Tests.Client;

/// <summary>Publishing while there is no connection, in memory and on the disk.</summary>
public sealed class OfflineQueueTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly TempFolder folder = new();

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    private string File => folder.File("outbox.db");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Publish_WithoutAConnection_CompletesAndIsSentInOrderLater(bool onDisk)
    {
        var port = TestKit.Mosquitto.MosquittoBroker.FreePort();
        await using var client = Create(port, onDisk);
        for (var i = 0; i < 100; i++) await client.PublishAsync("a", $"{i}");
        await using var broker = await TestBroker.StartAsync(o => o.Port = port);
        var seen = await CollectAsync(broker);
        await client.Client.ConnectAsync(Ending);
        await Eventually.TrueAsync(() => seen.Count == 100, "they arrive");
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i}"), seen);
    }

    [Theory]
    [InlineData(4, 1 << 20)]
    [InlineData(1000, 65_536)]
    public async Task Publish_WhenTheQueueIsFull_WaitsUntilTheBrokerHasAcknowledgedOne(int length, int bytes)
    {
        using var broker = new ScriptedBroker();
        await using var client = Create(broker.Port, onDisk: false, o => (o.OfflineQueueLength, o.OfflineQueueBytes) = (length, bytes));
        var payload = new string('x', 16_000);
        for (var i = 0; i < 4; i++) await client.PublishAsync("a", payload);
        var waiting = client.PublishAsync("a", payload);
        using var cancellation = new CancellationTokenSource();
        var cancelled = client.Client.PublishAsync("a", "never"u8.ToArray(), MqttQos.AtLeastOnce, false, cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.False(waiting.IsCompleted);
        var connecting = client.Client.ConnectAsync(Ending);
        using var peer = await broker.AcceptAsync();
        await connecting;
        Assert.False(waiting.IsCompleted);
        await peer.AcknowledgeAsync((await peer.ReadMessageAsync()).Id);
        await waiting.WaitAsync(Patience, Ending);
        for (var i = 0; i < 4; i++) Assert.Equal(payload, (await peer.ReadMessageAsync()).Payload);
    }

    [Fact]
    public async Task Messages_OnTheDisk_AreSentByTheNextClientInOrderButNotThoseAcknowledged()
    {
        using var broker = new ScriptedBroker();
        await using (var first = Create(broker.Port, onDisk: true))
        {
            for (var i = 0; i < 3; i++) await first.PublishAsync("a", $"{i}", i == 2 ? MqttQos.ExactlyOnce : MqttQos.AtLeastOnce);
            var connecting = first.Client.ConnectAsync(Ending);
            using var peer = await broker.AcceptAsync();
            await connecting;
            await peer.AcknowledgeAsync((await peer.ReadMessageAsync()).Id);
            await Eventually.TrueAsync(() => first.Client.InFlight == 2, "the first one is acknowledged");
        }

        await using var second = Create(broker.Port, onDisk: true);
        var again = second.Client.ConnectAsync(Ending);
        using var other = await broker.AcceptAsync();
        await again;
        await second.PublishAsync("a", "3");
        var messages = new[] { await other.ReadMessageAsync(), await other.ReadMessageAsync(), await other.ReadMessageAsync() };
        Assert.Equal(["1", "2", "3"], messages.Select(m => m.Payload));
        Assert.Equal(MqttQos.ExactlyOnce, messages[1].Qos);
    }

    [Fact]
    public async Task Message_AcknowledgedBeforeItIsOnTheDisk_IsSafeAsWell()
    {
        var clock = new ManualClock();
        await using var broker = await TestBroker.StartAsync();
        await using var client = Create(broker.Port, onDisk: true, time: clock);
        await client.Client.ConnectAsync(Ending);

        // The clock stands: the disk's turn never comes.
        await client.PublishAsync("a", "x").WaitAsync(Patience, Ending);
    }

    [Fact]
    public async Task Message_WhoseTimeIsOver_IsNotSentAndOneWithTimeLeftSaysHowMuch()
    {
        var clock = new ManualClock();
        using var broker = new ScriptedBroker();
        await using var client = Create(broker.Port, onDisk: false, time: clock);
        await PublishAsync("late", TimeSpan.FromSeconds(10));
        await PublishAsync("early", TimeSpan.FromSeconds(100));
        clock.Advance(TimeSpan.FromSeconds(30));
        var connecting = client.Client.ConnectAsync(Ending);
        using var peer = await broker.AcceptAsync();
        await connecting;
        var message = await peer.ReadMessageAsync();
        Assert.Equal("early", message.Payload);
        Assert.Equal([0x02, 0, 0, 0, 70], message.Properties);

        async Task PublishAsync(string payload, TimeSpan expiry) => await client.Client.PublishAsync(
            new MqttPublication("a", Encoding.UTF8.GetBytes(payload), MqttQos.AtLeastOnce) { Properties = new() { Expiry = expiry } }, Ending);
    }

    [Fact]
    public async Task Message_ThatTheBrokerRefuses_IsGivenUpAndLogged()
    {
        using var broker = new ScriptedBroker();
        var log = new RecordingLog<MqttClient>();
        var options = new MqttClientOptions { Port = broker.Port, OfflineQueue = true };
        await using var client = new MqttClient(options, TimeProvider.System, log);
        var connecting = client.ConnectAsync(Ending);
        using var peer = await broker.AcceptAsync();
        await connecting;
        await client.PublishAsync("a", "1"u8.ToArray(), MqttQos.AtLeastOnce, cancellationToken: Ending);
        await peer.AnswerAsync(PacketType.Puback, (await peer.ReadMessageAsync()).Id, Reason.NotAuthorized);
        await Eventually.TrueAsync(() => log.Errors.Count == 1, "it is logged");
        Assert.Contains("0x87", log.Errors[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_ThatAnotherClientHas_IsRefused()
    {
        await using var first = Create(1, onDisk: true);
        await first.PublishAsync("a", "x");
        await using var second = Create(1, onDisk: true);
        await Assert.ThrowsAsync<IOException>(() => second.PublishAsync("a", "x"));
    }

    [Fact]
    public void OutboxFile_WithoutAnOfflineQueue_IsAProblem() =>
        Assert.StartsWith("OutboxFile:", Assert.Single(new MqttClientOptions { OutboxFile = "x" }.Problems()), StringComparison.Ordinal);

    private static async Task<List<string>> CollectAsync(TestBroker broker)
    {
        var seen = new List<string>();
        await broker.SubscribeAsync("a", (in MqttMessage message) =>
        {
            seen.Add(Encoding.UTF8.GetString(message.Payload));
            message.Acknowledgement.Complete();
            return ValueTask.CompletedTask;
        });
        return seen;
    }

    private TestClient Create(int port, bool onDisk, Action<MqttClientOptions>? configure = null, TimeProvider? time = null) =>
        TestClient.Create(
            port,
            o =>
            {
                (o.OfflineQueue, o.OutboxFile) = (true, onDisk ? File : null);
                configure?.Invoke(o);
            },
            time);
}
