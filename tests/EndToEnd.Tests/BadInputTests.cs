using System.Net;
using System.Net.Sockets;
using Plantroom.TestKit.Hosting;
using Plantroom.TestKit.Mosquitto;

namespace Plantroom.EndToEnd.Tests;

/// <summary>What arrives broken is counted with a reason and disturbs nobody.</summary>
public sealed class BadInputTests(QuietHost shared) : IClassFixture<QuietHost>
{
    private readonly HostProcess host = shared.Host;

    [Theory]
    [InlineData("hq/SP-1", """{"values": {"level": 1.2""", "malformedPayload")]
    [InlineData("hq/SP-1", """[1, 2]""", "malformedPayload")]
    [InlineData("hq/SP-1", """{"values": {"level": "high"}}""", "wrongType")]
    [InlineData("hq/SP-1", """{"values": {"level": {"deep": 1}}}""", "wrongType")]
    [InlineData("hq/SP-1", """{"values": {"level": 1e999}}""", "notFinite")]
    [InlineData("hq/SP-1/level", "NaN", "notFinite")]
    [InlineData("hq/SP-1", """{"values": {"depth": 1.2}}""", "unknownPoint")]
    [InlineData("hq/XX-9", """{"values": {"level": 1.2}}""", "unknownPoint")]
    [InlineData("hq/SP-1/level/deeper", "1.2", "unknownTopic")]
    [InlineData("hq/SP-1", """{"ts": 0, "values": {"level": 1.2}}""", "timeTooOld")]
    [InlineData("hq/SP-1", """{"ts": "2100-01-01T00:00:00Z", "values": {"level": 1.2}}""", "timeInFuture")]
    [InlineData("hq/SP-1", """{"ts": "tomorrow", "values": {"level": 1.2}}""", "malformedPayload")]
    public async Task BadMessage_IsCountedWithItsReason_AndAGoodOneBesideItIsStored(string topic, string payload, string reason)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var client = new MosquittoClients(host.MqttPort);
        var before = await CountAsync(reason);

        Assert.Equal(0, await client.PublishAsync("plantroom/v1/in/" + topic, payload, 1, cancellation));
        Assert.Equal(0, await client.PublishAsync("plantroom/v1/in/hq/SP-2/level", "0.5", 1, cancellation));

        Assert.Equal(before + 1, await CountAsync(reason));
        Assert.Contains(
            (await host.GetAsync("/api/v1/last?prefix=hq/SP-2/level")).GetProperty("readings").EnumerateArray(),
            static r => r.GetProperty("value").GetDouble() == 0.5);
        Assert.Equal(0, (await host.GetAsync("/api/v1/last?prefix=hq/SP-1/")).GetProperty("readings").GetArrayLength());
    }

    [Fact]
    public async Task HugePayload_IsCounted()
    {
        var file = Path.Combine(shared.Folder, "huge");
        await File.WriteAllTextAsync(file, new string('1', 1024 * 1024), TestContext.Current.CancellationToken);
        await using var publisher = new MosquittoClients(host.MqttPort)
            .StartPublisher("-t", "plantroom/v1/in/hq/SP-1/level", "-q", "1", "-f", file);

        Assert.Equal(0, await publisher.WaitForExitAsync(TestContext.Current.CancellationToken));

        Assert.Equal(1, await CountAsync("payloadTooLarge"));
    }

    [Fact]
    public async Task BrokenPacketsAndTornConnections_AreVisible_AndOthersGoOn()
    {
        byte[] connect = [0x10, 13, 0, 4, .. "MQTT"u8, 4, 2, 0, 0, 0, 1, (byte)'x'];
        Send([0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
        Send([.. connect, 0x30, 100, 0, 10, (byte)'h']);
        Send([.. connect, 0x36, 4, 0, 1, (byte)'t', (byte)'x']);

        var rejections = await host.UntilAsync(
            "/api/v1/gateway/rejections", static a => a.GetProperty("broker").GetProperty("protocolErrors").GetInt64() >= 3);

        Assert.True(rejections.GetProperty("broker").GetProperty("recentErrors").GetArrayLength() >= 3);
        Assert.Equal(0, await new MosquittoClients(host.MqttPort).PublishAsync(
            "plantroom/v1/in/hq/SP-2/level", "0.5", 1, TestContext.Current.CancellationToken));
    }

    private async Task<long> CountAsync(string reason) =>
        (await host.GetAsync("/api/v1/gateway/rejections")).GetProperty("rejected").GetProperty(reason).GetInt64();

    private void Send(byte[] bytes)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Loopback, host.MqttPort);
        socket.Send(bytes);
        socket.Shutdown(SocketShutdown.Send);
        var rest = new byte[64];
        while (socket.Receive(rest) > 0)
        {
        }
    }
}
