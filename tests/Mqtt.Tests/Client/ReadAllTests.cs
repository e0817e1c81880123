using System.Diagnostics.Metrics;
using System.Text;
using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Tests.Client;

/// <summary>Messages that a loop takes one after the other, and the client's metrics.</summary>
public sealed class ReadAllTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Messages_OfALoop_AreAcknowledgedWhenTheNextIsAskedFor()
    {
        using var broker = new ScriptedBroker();
        var (client, peer) = await broker.ConnectAsync();
        await using var _ = client;
        using var __ = peer;
        await using var loop = client.Client.ReadAllAsync("a", cancellationToken: Ending).GetAsyncEnumerator(Ending);
        var next = loop.MoveNextAsync();
        await peer.GrantAsync();
        await peer.PublishAsync("a", "1", MqttQos.AtLeastOnce, 1);
        Assert.True(await next);
        Assert.Equal(("a", "1"), (loop.Current.Topic, Encoding.UTF8.GetString(loop.Current.Payload.Span)));
        await peer.PublishAsync("a", "2", MqttQos.AtLeastOnce, 2, properties: [0x01, 1]);
        await Eventually.TrueAsync(() => client.Client.Received == 2, "both are received");
        await client.PublishAsync("a", "still owed", MqttQos.AtMostOnce);
        Assert.Equal("still owed", (await peer.ReadMessageAsync()).Payload);
        Assert.True(await loop.MoveNextAsync());
        Assert.True(loop.Current.Properties.PayloadIsText);
        Assert.Equal(1, await peer.ReadPubackAsync());
        var ending = loop.DisposeAsync();
        var ids = new HashSet<PacketType>();
        for (var i = 0; i < 2; i++)
        {
            var packet = (await peer.ReadAsync())!;
            ids.Add(packet.Type);
            if (packet.Type != PacketType.Unsubscribe) continue;
            var id = UnsubscribePacket.Read(packet.Body, peer.Version).PacketId;
            await peer.SendAsync(new SubackPacket(id, [0]).Write(PacketType.Unsuback, peer.Version));
        }

        await ending;
        Assert.Equal([PacketType.Puback, PacketType.Unsubscribe], ids.Order());
    }

    [Fact]
    public async Task Messages_MoreThanTheBufferHolds_AllComeInOrder()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var client = await TestClient.ConnectAsync(broker.Port);
        var seen = 0;
        await using var loop = client.Client.ReadAllAsync("a", capacity: 2, cancellationToken: Ending).GetAsyncEnumerator(Ending);
        var next = loop.MoveNextAsync();
        await Eventually.TrueAsync(() => broker.Broker.Statistics.Connections == 1, "it is connected");
        await client.SubscribeAsync("other");
        var publishing = Task.WhenAll(Enumerable.Range(0, 20).Select(
            i => broker.PublishAsync("a", new[] { (byte)i }, MqttQos.AtLeastOnce, false).AsTask()));
        while (seen < 20 && await next)
        {
            Assert.Equal(seen++, loop.Current.Payload.Span[0]);
            if (seen < 20) next = loop.MoveNextAsync();
        }

        await publishing;
    }

    [Fact]
    public async Task Loop_WhoseClientIsDisposed_Ends()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = await TestClient.ConnectAsync(broker.Port);
        await using var loop = client.Client.ReadAllAsync("a", cancellationToken: Ending).GetAsyncEnumerator(Ending);
        var next = loop.MoveNextAsync().AsTask();
        await client.SubscribeAsync("other");
        await client.DisposeAsync();
        await Assert.ThrowsAsync<MqttException>(() => next.WaitAsync(Patience, Ending));
    }

    [Fact]
    public async Task Loop_LeftWithoutAConnection_DoesNotWaitForOne()
    {
        var broker = await TestBroker.StartAsync();
        await using var client = await TestClient.ConnectAsync(broker.Port, o => o.ReconnectDelay = TimeSpan.FromMinutes(1));
        var loop = client.Client.ReadAllAsync("a", cancellationToken: Ending).GetAsyncEnumerator(Ending);
        var next = loop.MoveNextAsync();
        await client.SubscribeAsync("other");
        await broker.PublishAsync("a", "x"u8.ToArray(), MqttQos.AtMostOnce, false);
        Assert.True(await next);
        await broker.DisposeAsync();
        await Eventually.TrueAsync(() => !client.Client.IsConnected, "it is gone");
        await loop.DisposeAsync().AsTask().WaitAsync(Patience, Ending);
    }

    [Fact]
    public async Task Metrics_OfAClient_SayWhatItHasDone()
    {
        using var broker = new ScriptedBroker();
        var (client, peer) = await broker.ConnectAsync();
        await using var _ = client;
        using var __ = peer;
        var values = new Dictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == "Plantroom.Mqtt.Client"
                    && instrument.Meter.Tags!.Any(t => $"{t.Value}".EndsWith($":{broker.Port}", StringComparison.Ordinal)))
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => values[instrument.Name] = value);
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => values[instrument.Name] = value);
        listener.Start();
        await client.PublishAsync("a", "0", MqttQos.AtMostOnce);
        var publishing = client.PublishAsync("a", "1");
        await peer.ReadMessageAsync();
        await peer.ReadMessageAsync();
        await peer.PublishAsync("a", "x", MqttQos.AtLeastOnce, 1);
        await peer.ReadPubackAsync();
        listener.RecordObservableInstruments();
        await peer.AcknowledgeAsync(1);
        await publishing;
        string[] names = ["connected", "sent", "in_flight", "received", "reconnects", "queued", "dropped"];
        Assert.Equal([1L, 2, 1, 1, 0, 0, 0], names.Select(n => values[$"mqtt.client.{n}"]));
    }
}
