using Plantroom.Mqtt.Tests.Client;
using Plantroom.TestKit.Mosquitto;

namespace Plantroom.Mqtt.Tests.Foreign;

/// <summary>The client's ways to a real Mosquitto: TLS and WebSocket.</summary>
public sealed class MosquittoTransportTests : IDisposable
{
    private readonly PemFiles files = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => files.Dispose();

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V50)]
    public async Task Tls_WithTheRightAuthority_CarriesMessages(MqttProtocolVersion version)
    {
        await using var broker = await StartAsync();
        await using var client = await TestClient.ConnectAsync(
            broker.Port, o => (o.ProtocolVersion, o.Tls) = (version, new MqttClientTls { Enabled = true, CaFile = files.Ca }));
        await AssertCarriesAsync(client);
    }

    [Fact]
    public async Task Tls_WithAnAuthorityThatTheSystemDoesNotKnow_IsRefusedForGood()
    {
        await using var broker = await StartAsync();
        await using var client = TestClient.Create(broker.Port, o => o.Tls = new MqttClientTls { Enabled = true });
        var exception = await Assert.ThrowsAsync<MqttException>(() => client.Client.ConnectAsync(Cancelled));
        Assert.Contains("certificate", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tls_WithACertificateOfAnotherName_IsRefusedForGood()
    {
        await using var broker = await StartAsync();
        await using var client = TestClient.Create(
            broker.Port, o => o.Tls = new MqttClientTls { Enabled = true, CaFile = files.Ca, TargetHost = "elsewhere.example" });
        await Assert.ThrowsAsync<MqttException>(() => client.Client.ConnectAsync(Cancelled));
    }

    [Fact]
    public async Task Tls_WithACertificateOfTheClient_IsHowMosquittoKnowsIt()
    {
        await using var broker = await StartAsync("require_certificate true", "use_identity_as_username true");
        await using var client = await TestClient.ConnectAsync(broker.Port, o => o.Tls = new MqttClientTls
        {
            Enabled = true, CaFile = files.Ca, CertificateFile = files.Certificate("client"), KeyFile = files.Key("client"),
        });
        await broker.WaitForLogAsync(static line => line.Contains("u'gateway-1'", StringComparison.Ordinal), Cancelled);
        await AssertCarriesAsync(client);
    }

    [Fact]
    public void TlsFiles_ThatAreNotThere_AreProblems()
    {
        var tls = new MqttClientTls { Enabled = true, CaFile = "/nowhere/ca.pem", CertificateFile = files.Certificate("client") };
        var problems = new MqttClientOptions { Tls = tls, Path = "mqtt", Transport = (MqttTransport)7 }.Problems();
        Assert.Equal(["Tls:CaFile", "Tls:KeyFile", "Transport", "Path"], problems.Select(p => p.Split(": ")[0]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WebSocket_InFrontOfMosquitto_CarriesMessages(bool encrypted)
    {
        await using var broker = await (encrypted ? StartAsync() : MosquittoBroker.StartAsync(cancellationToken: Cancelled));
        await using var gate = new WebSocketGate(broker.Port, encrypted ? files : null);
        await using var client = await TestClient.ConnectAsync(gate.Port, o =>
        {
            (o.Transport, o.Path) = (MqttTransport.WebSocket, "/way/in");
            if (encrypted) o.Tls = new MqttClientTls { Enabled = true, CaFile = files.Ca };
        });
        await AssertCarriesAsync(client);
        Assert.Equal("/way/in", gate.Path);
    }

    [Fact]
    public async Task WebSocket_ThatIsNotForMqtt_IsRefusedForGood()
    {
        await using var gate = new WebSocketGate(1, null) { SubProtocol = null };
        await using var client = TestClient.Create(gate.Port, o => o.Transport = MqttTransport.WebSocket);
        await Assert.ThrowsAsync<MqttException>(() => client.Client.ConnectAsync(Cancelled));
    }

    private static async Task AssertCarriesAsync(TestClient client)
    {
        await client.SubscribeAsync("a");
        var large = new string('x', 300_000);
        foreach (var payload in new[] { "small", large, "after" })
        {
            await client.PublishAsync("a", payload);
            Assert.Equal(payload, (await client.SeenAsync()).Payload);
        }
    }

    private Task<MosquittoBroker> StartAsync(params string[] more) => MosquittoBroker.StartAsync(
        [$"cafile {files.Ca}", $"certfile {files.Certificate("server")}", $"keyfile {files.Key("server")}", .. more], Cancelled);
}
