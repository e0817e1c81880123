using System.Text;
using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Tests.Client;

/// <summary>What travels with messages, wills, subscriptions and CONNECT.</summary>
public sealed class PropertiesTests
{
    private static readonly MqttPublicationProperties Everything = new()
    {
        Expiry = TimeSpan.FromMinutes(1),
        PayloadIsText = true,
        ContentType = "text/plain",
        ResponseTopic = "answers",
        CorrelationData = new byte[] { 1, 2 },
        UserProperties = [new("k", "v"), new("k", "w")],
    };

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(MqttQos.AtMostOnce)]
    [InlineData(MqttQos.AtLeastOnce)]
    public async Task Publication_WithEverything_ArrivesWithEverything(MqttQos qos)
    {
        await using var broker = await TestBroker.StartAsync();
        await using var client = await TestClient.ConnectAsync(broker.Port);
        var seen = new List<string>();
        await client.Client.SubscribeAsync("a", qos, Handle, Ending);
        await client.Client.PublishAsync(new MqttPublication("a", "x"u8.ToArray(), qos) { Properties = Everything }, Ending);
        await Eventually.TrueAsync(() => seen.Count == 1, "it arrives");
        Assert.Equal("60 True text/plain answers 0102 [k, v][k, w]", seen[0]);

        ValueTask Handle(in MqttMessage message)
        {
            var p = message.Properties;
            seen.Add($"{p.Expiry?.TotalSeconds} {p.PayloadIsText} {Encoding.UTF8.GetString(p.ContentType)} "
                + $"{Encoding.UTF8.GetString(p.ResponseTopic)} "
                + $"{Convert.ToHexString(p.CorrelationData)} {string.Concat(p.UserProperties())}");
            message.Acknowledgement.Complete();
            return ValueTask.CompletedTask;
        }
    }

    [Fact]
    public async Task Publication_WithEverythingOver311_ArrivesWithNothing()
    {
        using var broker = new ScriptedBroker();
        var (client, peer) = await broker.ConnectAsync(configure: o => o.ProtocolVersion = MqttProtocolVersion.V311);
        await using var _ = client;
        using var __ = peer;
        await client.Client.PublishAsync(new MqttPublication("a", "x"u8.ToArray()) { Properties = Everything }, Ending);
        Assert.Equal("x", (await peer.ReadMessageAsync()).Payload);
    }

    [Fact]
    public async Task Publication_WithAPropertyThatCannotBeSent_IsRefusedHere()
    {
        await using var client = TestClient.Create(1);
        var publication = new MqttPublication("a", default) { Properties = new() { ResponseTopic = "a/#" } };
        await Assert.ThrowsAsync<ArgumentException>(() => client.Client.PublishAsync(publication, Ending).AsTask());
    }

    [Fact]
    public async Task Connect_WithAWillAndUserProperties_CarriesBoth()
    {
        using var broker = new ScriptedBroker();
        var (client, peer) = await broker.ConnectAsync(configure: o => (o.Will, o.UserProperties) = (
            new MqttWill("gone", "x"u8.ToArray(), MqttQos.ExactlyOnce, Delay: TimeSpan.FromSeconds(3)) { Properties = Everything },
            [new("site", "hq")]));
        await using var _ = client;
        using var __ = peer;
        var will = ConnectPacket.Read(broker.Connect).Will!;
        Assert.Equal((MqttQos.ExactlyOnce, 3u), (will.Qos, will.DelaySeconds));
        Assert.Equal(PublicationProperties.Write(Everything), will.Properties);
        Assert.True(broker.Connect.AsSpan().IndexOf("\u0026\0\u0004site\0\u0002hq"u8) > 0);
    }

    [Fact]
    public async Task Subscription_WithAllOptions_IsSentWithThem()
    {
        using var broker = new ScriptedBroker();
        var (client, peer) = await broker.ConnectAsync();
        await using var _ = client;
        using var __ = peer;
        var wanted = new MqttSubscription("a", MqttQos.ExactlyOnce)
        {
            NoLocal = true, RetainAsPublished = true, Retained = MqttRetainHandling.DoNotSend, Identifier = 300,
        };
        var ids = new List<int>();
        var subscribing = client.Client.SubscribeAsync(wanted, Handle, Ending);
        var sent = await peer.GrantAsync();
        await subscribing;
        Assert.Equal(new TopicRequest("a", MqttQos.ExactlyOnce, true, true, MqttRetainHandling.DoNotSend), Assert.Single(sent.Topics));
        Assert.Equal(300u, sent.SubscriptionId);
        await peer.PublishAsync("a", "x", properties: [0x0B, 0xAC, 0x02]);
        await Eventually.TrueAsync(() => ids.Count == 1, "it arrives");
        Assert.Equal(300, ids[0]);

        ValueTask Handle(in MqttMessage message)
        {
            ids.AddRange(message.Properties.SubscriptionIdentifiers());
            return ValueTask.CompletedTask;
        }
    }
}
