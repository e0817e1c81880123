using System.Text;
using Plantroom.Mqtt.Tests.Client;
using Plantroom.TestKit.Mosquitto;

namespace Plantroom.Mqtt.Tests.Foreign;

/// <summary>QoS 2, properties and sessions of the client at a real Mosquitto.</summary>
public sealed class MosquittoSessionTests
{
    private static readonly string[] Unlimited = ["max_queued_messages 0", "autosave_interval 1", "autosave_on_changes true"];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V50)]
    public async Task Messages_OfQos2_GoAndComeBackOnce(MqttProtocolVersion version)
    {
        await using var broker = await MosquittoBroker.StartAsync(Unlimited, Cancelled);
        await using var client = await TestClient.ConnectAsync(broker.Port, o => o.ProtocolVersion = version);
        await client.SubscribeAsync("a", MqttQos.ExactlyOnce);
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => client.PublishAsync("a", $"{i}", MqttQos.ExactlyOnce)));
        for (var i = 0; i < 300; i++) Assert.Equal($"{i}", (await client.SeenAsync()).Payload);
        await client.PublishAsync("a", "last", MqttQos.ExactlyOnce);
        Assert.Equal("last", (await client.SeenAsync()).Payload);
    }

    [Fact]
    public async Task Properties_OverMosquitto_ComeBack()
    {
        await using var broker = await MosquittoBroker.StartAsync(cancellationToken: Cancelled);
        await using var client = await TestClient.ConnectAsync(broker.Port);
        var seen = new TaskCompletionSource<string>();
        await client.Client.SubscribeAsync(new MqttSubscription("site/topic") { Identifier = 9 }, Handle, Cancelled);
        var properties = new MqttPublicationProperties { ContentType = "text/plain", UserProperties = [new("k", "v")] };
        for (var i = 0; i < 2; i++)
        {
            var publication = new MqttPublication("site/topic", "x"u8.ToArray(), MqttQos.AtLeastOnce) { Properties = properties };
            await client.Client.PublishAsync(publication, Cancelled);
        }

        Assert.Equal("text/plain [k, v] 9", await seen.Task.WaitAsync(Cancelled));

        ValueTask Handle(in MqttMessage message)
        {
            var p = message.Properties;
            seen.TrySetResult($"{Encoding.UTF8.GetString(p.ContentType)} {p.UserProperties()[0]} {p.SubscriptionIdentifiers()[0]}");
            message.Acknowledgement.Complete();
            return ValueTask.CompletedTask;
        }
    }

    [Fact]
    public async Task SharedSubscription_OfTwoClients_GivesEachMessageToOne()
    {
        await using var broker = await MosquittoBroker.StartAsync(cancellationToken: Cancelled);
        await using var one = await TestClient.ConnectAsync(broker.Port);
        await using var two = await TestClient.ConnectAsync(broker.Port);
        await one.SubscribeAsync("$share/g/a/+");
        await two.SubscribeAsync("$share/g/a/+");
        for (var i = 0; i < 20; i++) await one.PublishAsync("a/b", $"{i}");
        var all = new List<string>();
        for (var i = 0; i < 10; i++) all.AddRange([(await one.SeenAsync()).Payload, (await two.SeenAsync()).Payload]);
        Assert.Equal(20, all.Distinct().Count());
    }

    [Fact]
    public async Task Unsubscribe_AtMosquitto_EndsTheMessages()
    {
        await using var broker = await MosquittoBroker.StartAsync(cancellationToken: Cancelled);
        await using var client = await TestClient.ConnectAsync(broker.Port);
        await client.SubscribeAsync("a");
        await client.SubscribeAsync("b");
        await client.Client.UnsubscribeAsync("a", Cancelled);
        await client.PublishAsync("a", "unwanted");
        await client.PublishAsync("b", "wanted");
        Assert.Equal("wanted", (await client.SeenAsync()).Payload);
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V50)]
    public async Task Mosquitto_KilledWhileMessagesOfQos2AreOnTheWay_PublishesAllOfThem(MqttProtocolVersion version)
    {
        // Without the last, it refuses messages that come again beside those that it has saved (0x97).
        await using var broker = await MosquittoBroker.StartAsync([.. Unlimited, "max_inflight_messages 0"], Cancelled);
        await using var client = await TestClient.ConnectAsync(
            broker.Port,
            o => (o.ProtocolVersion, o.ClientId, o.CleanStart, o.SessionExpiry) = (version, "kept", false, TimeSpan.FromMinutes(5)));
        await client.SubscribeAsync("a", MqttQos.ExactlyOnce);
        await client.PublishAsync("a", "0", MqttQos.ExactlyOnce);
        var publishing = Task.WhenAll(Enumerable.Range(1, 500).Select(i => client.PublishAsync("a", $"{i}", MqttQos.ExactlyOnce)));
        await client.SeenAsync();
        await broker.RestartAsync(Cancelled);

        // Killed, Mosquitto forgets what it has not saved; what the client had no PUBCOMP for, it sends again.
        await publishing.WaitAsync(TimeSpan.FromSeconds(20), Cancelled);
        await using var fresh = await TestClient.ConnectAsync(broker.Port, o => o.ProtocolVersion = version);
        await fresh.SubscribeAsync("a", MqttQos.ExactlyOnce);
        await client.PublishAsync("a", "end", MqttQos.ExactlyOnce);
        Assert.Equal("end", (await fresh.SeenAsync()).Payload);
    }
}
