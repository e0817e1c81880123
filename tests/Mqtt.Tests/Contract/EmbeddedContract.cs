using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Tests.Contract;

/// <summary>How a broker under test is made.</summary>
public interface IBrokerMaker
{
    /// <summary>What it lacks, each with the reason.</summary>
    static abstract IReadOnlyDictionary<Ability, string> Lacks { get; }

    static abstract IMqttBroker Create(MqttBrokerOptions options, ILogger log);
}

/// <summary>The broker of this project.</summary>
public sealed class OwnBrokerMaker : IBrokerMaker
{
    public static IReadOnlyDictionary<Ability, string> Lacks { get; } = new Dictionary<Ability, string>();

    public static IMqttBroker Create(MqttBrokerOptions options, ILogger log) =>
        new MqttBroker(options, TimeProvider.System, new ForwardingLog<MqttBroker>(log));
}

/// <summary>Everything that <see cref="IMqttBroker"/> promises within the process.</summary>
public abstract class EmbeddedContract<TBroker> : ContractCase
    where TBroker : IBrokerMaker
{
    private readonly RecordingLog<IMqttBroker> log = new();

    [Fact]
    public async Task EndPoint_BeforeAndAfterTheStart_ThrowsAndHasTheRealPort()
    {
        var broker = Own(Create());
        Assert.Throws<InvalidOperationException>(() => broker.EndPoint);
        await broker.StartAsync(Cancelled);
        Assert.Equal(IPAddress.Loopback, broker.EndPoint.Address);
        Assert.NotEqual(0, broker.EndPoint.Port);
        await Assert.ThrowsAsync<InvalidOperationException>(() => broker.StartAsync(Cancelled));
    }

    [Fact]
    public async Task Start_OnAPortThatIsTaken_Throws()
    {
        var first = await StartAsync();
        var second = Own(Create(o => o.Port = first.EndPoint.Port));
        await Assert.ThrowsAsync<SocketException>(() => second.StartAsync(Cancelled));
    }

    [Fact]
    public async Task Stop_WithAClient_EndsItAndFreesThePort()
    {
        var broker = await StartAsync();
        var port = broker.EndPoint.Port;
        using var client = await OpenAsync(broker, "c");
        await broker.StopAsync(Cancelled);
        await broker.StopAsync(Cancelled);
        Assert.True(await EndsAsync(client));
        var next = Own(Create(o => o.Port = port));
        await next.StartAsync(Cancelled);
    }

    [Theory]
    [MemberData(nameof(VersionsAndQos))]
    public async Task Handler_OfAMatchingFilter_GetsTheMessage(MqttProtocolVersion version, MqttQos qos)
    {
        var broker = await StartAsync();
        var handler = new Recorder();
        using var subscription = await broker.SubscribeAsync("a/+", handler.Handle, Cancelled);
        using var client = await OpenAsync(broker, "c", version);
        await client.PublishAsync("a/b", "hello", qos, id: 7, retain: true);
        var seen = await handler.NextAsync();
        Assert.Equal(("a/b", "hello", qos, false, false), (seen.Topic, seen.Payload, seen.Qos, seen.Retain, seen.HasProperties));
        Assert.Equal(qos != Qos0, seen.Acknowledgement.IsOwed);
    }

    [Fact]
    public async Task Handler_OfAMessageWithProperties_SeesThem()
    {
        var broker = await StartAsync();
        var handler = new Recorder();
        using var subscription = await broker.SubscribeAsync("a", handler.Handle, Cancelled);
        using var client = await OpenAsync(broker, "c");
        var properties = new MqttPublicationProperties
        {
            Expiry = TimeSpan.FromSeconds(100),
            PayloadIsText = true,
            ContentType = "text",
            ResponseTopic = "answer",
            CorrelationData = "id"u8.ToArray(),
            UserProperties = [new("a", "1"), new("a", "2")],
        };
        await client.PublishAsync("a", "x", Qos1, id: 1, properties: PublicationProperties.Write(properties));
        await broker.PublishAsync(new MqttPublication("a", "y"u8.ToArray()) { Properties = properties }, Cancelled);
        foreach (var seen in await handler.NextAsync(2))
        {
            Assert.True(seen.PayloadIsText);
            Assert.Equal(TimeSpan.FromSeconds(100), seen.Expiry);
            Assert.Equal(("text", "answer"), (seen.ContentType, seen.ResponseTopic));
            Assert.Equal("id"u8.ToArray(), seen.CorrelationData);
            Assert.Equal([new("a", "1"), new("a", "2")], seen.UserProperties);
        }
    }

    [Theory]
    [InlineData(MqttQos.AtLeastOnce, PacketType.Puback)]
    [InlineData(MqttQos.ExactlyOnce, PacketType.Pubrec)]
    public async Task Acknowledgement_UntilAllHandlersHaveCompleted_IsWithheld(MqttQos qos, object answer)
    {
        var broker = await StartAsync();
        var one = new Recorder { Acknowledges = false };
        var two = new Recorder { Acknowledges = false };
        using var first = await broker.SubscribeAsync("a", one.Handle, Cancelled);
        using var second = await broker.SubscribeAsync("+", two.Handle, Cancelled);
        using var client = await OpenAsync(broker, "c");
        await client.PublishAsync("a", "x", qos, id: 7);
        var owed = new[] { await one.NextAsync(), await two.NextAsync() };
        await client.AssertNothingAsync();
        owed[0].Acknowledgement.Complete();
        owed[0].Acknowledgement.Complete();
        await client.AssertNothingAsync();
        owed[1].Acknowledgement.Complete();
        var packet = await client.ReadAsync();
        Assert.Equal(answer, packet!.Type);
        Assert.Equal(7, AcknowledgementPacket.Read(packet.Body, MqttProtocolVersion.V50).PacketId);
    }

    [Fact]
    public async Task Acknowledgements_CompletedInAnyOrder_LeaveInTheOrderOfReceipt()
    {
        var broker = await StartAsync();
        var handler = new Recorder { Acknowledges = false };
        using var subscription = await broker.SubscribeAsync("a", handler.Handle, Cancelled);
        using var client = await OpenAsync(broker, "c");
        for (ushort id = 1; id <= 4; id++) await client.PublishAsync("a", $"{id}", Qos1, id);
        var seen = await handler.NextAsync(4);
        foreach (var index in new[] { 2, 3, 1 }) seen[index].Acknowledgement.Complete();
        await client.AssertNothingAsync();
        seen[0].Acknowledgement.Complete();
        for (ushort id = 1; id <= 4; id++) Assert.Equal(id, await client.ReadPubackAsync());
    }

    [Fact]
    public async Task Handler_ThatReturnsLate_HoldsBackTheNextMessageOfThatClientOnly()
    {
        var broker = await StartAsync();
        var pause = new TaskCompletionSource();
        var handler = new Recorder { Pause = pause.Task };
        using var subscription = await broker.SubscribeAsync("slow/+", handler.Handle, Cancelled);
        using var other = await broker.SubscribeAsync("other", new Recorder().Handle, Cancelled);
        using var client = await OpenAsync(broker, "c");
        for (ushort id = 1; id <= 3; id++) await client.PublishAsync("slow/1", $"{id}", Qos1, id);
        Assert.Equal("1", (await handler.NextAsync()).Payload);
        using var quick = await OpenAsync(broker, "q");
        await quick.PublishAsync("other", "x", Qos1, id: 1);
        Assert.Equal(1, await quick.ReadPubackAsync());
        Assert.Equal(1, handler.Count);
        handler.Pause = Task.CompletedTask;
        pause.SetResult();
        Assert.Equal(["2", "3"], await handler.PayloadsAsync(2));
    }

    [Fact]
    public async Task Subscription_Disposed_GetsNothingMoreAndOwesNothing()
    {
        var broker = await StartAsync();
        var handler = new Recorder();
        var subscription = await broker.SubscribeAsync("a", handler.Handle, Cancelled);
        subscription.Dispose();
        subscription.Dispose();
        using var client = await OpenAsync(broker, "c");
        await client.PublishAsync("a", "x", Qos1, id: 1);
        Assert.Equal(1, await client.ReadPubackAsync());
        Assert.Equal(0, handler.Count);
    }

    [Fact]
    public async Task Retained_Messages_AreDeliveredBeforeSubscribeReturns()
    {
        var broker = await StartAsync();
        await broker.PublishAsync("a/1", "one"u8.ToArray(), Qos1, true, Cancelled);
        await broker.PublishAsync("a/2", "two"u8.ToArray(), Qos1, true, Cancelled);
        await broker.PublishAsync("a/2", default, Qos1, true, Cancelled);
        await broker.PublishAsync("b/1", "other"u8.ToArray(), Qos1, true, Cancelled);
        var handler = new Recorder();
        using var subscription = await broker.SubscribeAsync("a/#", handler.Handle, Cancelled);
        Assert.Equal(1, handler.Count);
        var seen = await handler.NextAsync();
        Assert.Equal(("a/1", "one", true), (seen.Topic, seen.Payload, seen.Retain));
    }

    [Theory]
    [InlineData(MqttQos.AtMostOnce)]
    [InlineData(MqttQos.AtLeastOnce)]
    [InlineData(MqttQos.ExactlyOnce)]
    public async Task Publish_FromWithin_ReachesBothKindsOfSubscribers(MqttQos qos)
    {
        var broker = await StartAsync();
        var handler = new Recorder();
        using var subscription = await broker.SubscribeAsync("a", handler.Handle, Cancelled);
        using var client = await OpenAsync(broker, "c");
        await client.SubscribeAsync("a", qos);
        await broker.PublishAsync("a", "hello"u8.ToArray(), qos, false, Cancelled);
        Assert.Equal(("hello", qos), await handler.NextAsync() is var seen ? (seen.Payload, seen.Qos) : default);
        Assert.Equal(("hello", qos), await client.ReadMessageAsync() is var message ? (message.Payload, message.Qos) : default);
    }

    [Fact]
    public async Task Publish_FromWithin_CompletesWhenTheHandlersHave()
    {
        var broker = await StartAsync();
        var handler = new Recorder { Acknowledges = false };
        using var subscription = await broker.SubscribeAsync("a", handler.Handle, Cancelled);
        var publishing = broker.PublishAsync("a", "x"u8.ToArray(), Qos1, false, Cancelled).AsTask();
        var seen = await handler.NextAsync();
        Assert.False(publishing.IsCompleted);
        seen.Acknowledgement.Complete();
        await publishing;
        await broker.PublishAsync("a", "x"u8.ToArray(), Qos0, false, Cancelled);
        using var cancellation = new CancellationTokenSource();
        var waiting = broker.PublishAsync("a", "x"u8.ToArray(), Qos1, false, cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Handler_ThatFails_CostsThePublisherItsConnectionAndNoAcknowledgementIsSent()
    {
        var broker = await StartAsync();
        using var subscription = await broker.SubscribeAsync("a", Fail, Cancelled);
        using var client = await OpenAsync(broker, "c");
        await client.PublishAsync("a", "x", Qos1, id: 1);
        Assert.Equal(Reason.ImplementationSpecific, await client.ReadDisconnectAsync());
        await Assert.ThrowsAsync<MqttException>(async () => await broker.PublishAsync("a", default, Qos1, false, Cancelled));
        Assert.Equal(2, log.Errors.Count);

        static ValueTask Fail(in MqttMessage message) => throw new InvalidOperationException("as the case wants it");
    }

    [Fact]
    public async Task Will_OfAClientThatIsLost_ReachesHandlers()
    {
        var broker = await StartAsync();
        var handler = new Recorder();
        using var subscription = await broker.SubscribeAsync("will", handler.Handle, Cancelled);
        var will = new WillMessage("will"u8.ToArray(), "gone"u8.ToArray(), Qos1, false, 0, []);
        (await OpenAsync(broker, "lost", will: will)).Dispose();
        Assert.Equal("gone", (await handler.NextAsync()).Payload);
        using var stopped = await OpenAsync(broker, "stopped", will: will);
        await broker.StopAsync(Cancelled);
        Assert.Equal("gone", (await handler.NextAsync()).Payload);
    }

    [Fact]
    public async Task Arguments_ThatAreWrong_Throw()
    {
        var broker = await StartAsync();
        var handler = new Recorder();
        foreach (var filter in new[] { "", "a/#/b", "a+" })
            await Assert.ThrowsAsync<ArgumentException>(async () => await broker.SubscribeAsync(filter, handler.Handle, Cancelled));
        foreach (var topic in new[] { "", "a/+", "#" })
            await Assert.ThrowsAsync<ArgumentException>(async () => await broker.PublishAsync(topic, default, Qos1, false, Cancelled));
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await broker.SubscribeAsync("a", null!, Cancelled));
        foreach (var (_, properties) in Unsendable)
        {
            var publication = new MqttPublication("a", default) { Properties = properties };
            await Assert.ThrowsAsync<ArgumentException>(async () => await broker.PublishAsync(publication, Cancelled));
        }

        Assert.Throws<ArgumentException>(() => Create(o => o.Port = -1));
    }

    [Fact]
    public async Task Statistics_AfterTraffic_CountIt()
    {
        var broker = await StartAsync();
        using var client = await OpenAsync(broker, "c");
        await client.SubscribeAsync("a");
        await client.PublishAsync("a", "1");
        await client.PublishAsync("a", "2");
        await client.ReadMessageAsync();
        await client.ReadMessageAsync();
        await Eventually.TrueAsync(() => broker.Statistics is { Connections: 1, Received: 2, Sent: 2, Dropped: 0, ProtocolErrors: 0 }, "it is counted");
        await client.SendAsync(0xF0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF);
        Assert.True(await EndsAsync(client));
        await Eventually.TrueAsync(() => broker.Statistics is { Connections: 0, ProtocolErrors: 1 }, "its end is counted");
        var error = Assert.Single(broker.RecentErrors);
        Assert.Equal("c", error.Client);
        Assert.True(error.ReasonCode is Reason.MalformedPacket or Reason.ProtocolError);
    }

    [Fact]
    public async Task Serve_OfAStreamThatOthersAccepted_IsAConnectionLikeAnyOther()
    {
        var broker = await StartAsync();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var opening = RawClient.OpenAsync(((IPEndPoint)listener.LocalEndpoint).Port);
        var stream = new NetworkStream(await listener.AcceptSocketAsync(Cancelled), ownsSocket: true);
        using var client = await opening;
        var serving = broker.ServeAsync(stream, new MqttPeer(null, IsLocal: true), Cancelled);
        await client.ConnectAsync(new ConnectPacket { ClientId = "served" });
        await client.SubscribeAsync("a");
        await broker.PublishAsync("a", "x"u8.ToArray(), Qos0, false, Cancelled);
        Assert.Equal("x", (await client.ReadMessageAsync()).Payload);
        client.Dispose();
        await serving.WaitAsync(Cancelled);
        Assert.False(stream.CanRead);
    }

    private static async Task<RawClient> OpenAsync(
        IMqttBroker broker, string id, MqttProtocolVersion version = MqttProtocolVersion.V50, WillMessage? will = null)
    {
        var client = await RawClient.OpenAsync(broker.EndPoint.Port);
        await client.ConnectAsync(new ConnectPacket { ClientId = id, Version = version, Will = will });
        return client;
    }

    private static async Task<bool> EndsAsync(RawClient client)
    {
        while (await client.ReadAsync() is { } packet) Assert.Equal(PacketType.Disconnect, packet.Type);
        return true;
    }

    private IMqttBroker Create(Action<MqttBrokerOptions>? configure = null)
    {
        var options = new MqttBrokerOptions { Port = 0 };
        configure?.Invoke(options);
        return TBroker.Create(options, log);
    }

    private async Task<IMqttBroker> StartAsync()
    {
        var broker = Own(Create());
        await broker.StartAsync(Cancelled);
        return broker;
    }
}

/// <summary>The broker of this project within the process.</summary>
public sealed class OwnBrokerEmbeddedTests : EmbeddedContract<OwnBrokerMaker>;
