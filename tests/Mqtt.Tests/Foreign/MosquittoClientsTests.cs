using System.Text;
using Plantroom.TestKit.Mosquitto;

namespace Plantroom.Mqtt.Tests.Foreign;

/// <summary>mosquitto_pub and mosquitto_sub against the embedded broker.</summary>
public sealed class MosquittoClientsTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("mqttv311", 0)]
    [InlineData("mqttv311", 1)]
    [InlineData("mqttv311", 2)]
    [InlineData("mqttv5", 0)]
    [InlineData("mqttv5", 1)]
    [InlineData("mqttv5", 2)]
    public async Task Message_FromPubToSub_Arrives(string version, int qos)
    {
        await using var broker = await TestBroker.StartAsync();
        var clients = new MosquittoClients(broker.Port, version);
        await using var subscriber = await clients.SubscribeAsync("a/#", qos, Cancelled);
        Assert.Equal(0, await clients.PublishAsync("a/b", "hello", qos, Cancelled));
        Assert.Equal(new MosquittoMessage("a/b", qos, false, "hello"), await subscriber.ReadAsync(Cancelled));
        Assert.Empty(broker.Broker.RecentErrors);
    }

    [Theory]
    [InlineData("mqttv311")]
    [InlineData("mqttv5")]
    public async Task Message_Retained_ArrivesAtALaterSub(string version)
    {
        await using var broker = await TestBroker.StartAsync();
        var clients = new MosquittoClients(broker.Port, version);
        Assert.Equal(0, await clients.PublishAsync("a/b", "kept", 1, Cancelled, "-r"));
        await using var subscriber = await clients.SubscribeAsync("a/+", 1, Cancelled);
        Assert.Equal(new MosquittoMessage("a/b", 1, true, "kept"), await subscriber.ReadAsync(Cancelled));
    }

    [Theory]
    [InlineData("mqttv311")]
    [InlineData("mqttv5")]
    public async Task Will_OfASubThatIsKilled_Arrives(string version)
    {
        await using var broker = await TestBroker.StartAsync();
        var clients = new MosquittoClients(broker.Port, version);
        await using var watcher = await clients.SubscribeAsync("will/#", 1, Cancelled);
        var mortal = await clients.SubscribeAsync(
            "other", 1, Cancelled, "--will-topic", "will/a", "--will-payload", "gone", "--will-qos", "1");
        await mortal.DisposeAsync();
        Assert.Equal(new MosquittoMessage("will/a", 1, false, "gone"), await watcher.ReadAsync(Cancelled));
    }

    [Theory]
    [InlineData("mqttv311")]
    [InlineData("mqttv5")]
    public async Task Pub_OfManyLines_IsAcknowledgedByTheHandler(string version)
    {
        await using var broker = await TestBroker.StartAsync();
        var seen = new List<string>();
        using var subscription = await broker.SubscribeAsync("lines", (in MqttMessage message) =>
        {
            seen.Add(Encoding.UTF8.GetString(message.Payload));
            message.Acknowledgement.Complete();
            return ValueTask.CompletedTask;
        });
        using var folder = new TestKit.TempFolder();
        await File.WriteAllLinesAsync(folder.File("lines"), Enumerable.Range(0, 500).Select(i => $"line {i}"), Cancelled);
        await using var publisher = MosquittoProcess.Start(
            "sh", ["-c", $"exec mosquitto_pub -h 127.0.0.1 -p {broker.Port} -V {version} -t lines -q 1 -l < {folder.File("lines")}"]);
        Assert.Equal(0, await publisher.WaitForExitAsync(Cancelled));
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"line {i}"), seen);
    }

    [Theory]
    [InlineData("mqttv311")]
    [InlineData("mqttv5")]
    public async Task Sub_WithAKeptSession_GetsWhatCameWhileItWasAway(string version)
    {
        await using var broker = await TestBroker.StartAsync();
        var clients = new MosquittoClients(broker.Port, version);
        string[] kept = ["-i", "kept", "-c"];
        await (await clients.SubscribeAsync("a", 1, Cancelled, kept)).DisposeAsync();
        await Eventually.TrueAsync(() => broker.Broker.Statistics.Connections == 0, "it is gone");
        Assert.Equal(0, await clients.PublishAsync("a", "meanwhile", 1, Cancelled));
        await using var again = MosquittoProcess.Start(
            "mosquitto_sub", ["-h", "127.0.0.1", "-p", $"{broker.Port}", "-V", version, "-t", "a", "-q", "1", "-C", "1", .. kept]);
        Assert.Equal("meanwhile", await again.ReadLineAsync(static _ => true, Cancelled));
    }

    [Fact]
    public async Task UserProperties_FromPubToSub_Arrive()
    {
        await using var broker = await TestBroker.StartAsync();
        var clients = new MosquittoClients(broker.Port);
        await using var subscriber = MosquittoProcess.Start(
            "mosquitto_sub", ["-h", "127.0.0.1", "-p", $"{broker.Port}", "-V", "mqttv5", "-t", "a", "-d", "-F", "P|%P|%C|%p"]);
        await subscriber.ReadLineAsync(static line => line.StartsWith("Subscribed", StringComparison.Ordinal), Cancelled);
        await clients.PublishAsync(
            "a", "x", 1, Cancelled, "-D", "publish", "user-property", "k", "v", "-D", "publish", "content-type", "text/plain");
        Assert.Equal("P|k:v|text/plain|x", await subscriber.ReadLineAsync(static line => line.StartsWith("P|", StringComparison.Ordinal), Cancelled));
    }
}
