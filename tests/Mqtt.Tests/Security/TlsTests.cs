using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Plantroom.Mqtt.Codec;
using Plantroom.TestKit;
using Plantroom.TestKit.Mosquitto;

namespace Plantroom.Mqtt.Tests.Security;

/// <summary>The TLS listener, with mosquitto's clients and with .NET's own TLS.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly TestCertificates certificates;

    public TlsTests() => certificates = new TestCertificates(folder);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        certificates.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData("mqttv311", 0)]
    [InlineData("mqttv5", 1)]
    public async Task Message_FromPubToSubOverTls_Arrives(string version, int qos)
    {
        await using var broker = await StartAsync();
        var clients = new MosquittoClients(broker.Broker.SecureEndPoint!.Port, version);
        await using var subscriber = await clients.SubscribeAsync("a/#", qos, Cancelled, "--cafile", certificates.AuthorityFile);
        Assert.Equal(0, await clients.PublishAsync("a/b", "hello", qos, Cancelled, "--cafile", certificates.AuthorityFile));
        Assert.Equal(new MosquittoMessage("a/b", qos, false, "hello"), await subscriber.ReadAsync(Cancelled));
        Assert.Empty(broker.Broker.RecentErrors);
    }

    [Fact]
    public async Task Messages_ManyAndLargeOverTls_ArriveWhole()
    {
        await using var broker = await StartAsync();
        using var subscriber = await OpenAsync(broker);
        await subscriber.ConnectAsync(new ConnectPacket { ClientId = "subscriber" });
        await subscriber.SubscribeAsync("a", MqttQos.AtMostOnce);
        using var publisher = await OpenAsync(broker);
        await publisher.ConnectAsync(new ConnectPacket { ClientId = "publisher" });
        var payloads = Enumerable.Range(0, 50).Select(i => new string((char)('a' + (i % 26)), 40_000 + i)).ToArray();
        foreach (var payload in payloads)
        {
            await publisher.PublishAsync("a", payload);
            Assert.Equal(payload, (await subscriber.ReadMessageAsync()).Payload);
        }
    }

    [Fact]
    public async Task Client_OverTls_IsToldWhyItIsClosed()
    {
        await using var broker = await StartAsync();
        using var old = await OpenAsync(broker);
        await old.ConnectAsync(new ConnectPacket { ClientId = "same" });
        using var young = await broker.ConnectAsync("same");
        Assert.Equal(Reason.SessionTakenOver, await old.ReadDisconnectAsync());
        using var broken = await OpenAsync(broker);
        await broken.ConnectAsync(new ConnectPacket { ClientId = "broken" });
        await broken.SendAsync(0xF0, 0x01, 0x00);
        Assert.Equal(PacketType.Disconnect, (await broken.ReadAsync())?.Type);
    }

    [Fact]
    public async Task ClientCertificate_OfTheAuthority_IsTheUserNameThatTheRulesMean()
    {
        var (certificate, key) = certificates.Make("gateway-1", forClient: true);
        await using var broker = await StartAsync(o =>
        {
            RequireCertificates(o);
            o.AclFile = certificates.Write("acl", "pattern readwrite site/%u/#\n");
        });
        string[] tls = ["--cafile", certificates.AuthorityFile, "--cert", certificate, "--key", key];
        var clients = new MosquittoClients(broker.Broker.SecureEndPoint!.Port);
        Assert.Equal(0, await clients.PublishAsync("site/gateway-1/x", "hello", 1, Cancelled, tls));
        using var client = await OpenAsync(broker, certificate, key);
        await client.ConnectAsync(new ConnectPacket { ClientId = "c", UserName = "somebody else" });
        var connection = Assert.Single(broker.Connections, static c => c.Session?.ClientId == "c");
        Assert.True(connection.Permissions.MayPublish("site/gateway-1/x"u8));
        Assert.False(connection.Permissions.MayPublish("site/somebody else/x"u8));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("of another authority")]
    [InlineData("for servers")]
    [InlineData("expired")]
    public async Task ClientCertificate_ThatIsWrong_IsRefused(string what)
    {
        await using var broker = await StartAsync(RequireCertificates);
        using var elsewhere = new TempFolder();
        using var others = new TestCertificates(elsewhere);
        var (certificate, key) = what switch
        {
            "of another authority" => others.Make("gateway-1", forClient: true),
            "for servers" => certificates.Make("gateway-1"),
            "expired" => certificates.Make("gateway-1", days: -1, forClient: true),
            _ => ("", ""),
        };
        var exception = await Record.ExceptionAsync(async () =>
        {
            // With TLS 1.3 the client learns it with the first read.
            using var client = await OpenAsync(broker, certificate, key);
            await client.SendAsync(new ConnectPacket { ClientId = "c" }.Write());
            Assert.Null(await client.ReadAsync());
        });
        Assert.True(exception is null or IOException or AuthenticationException, $"{exception}");
        await Eventually.TrueAsync(() => broker.Broker.Statistics is { FailedLogins: 1, Connections: 0 }, "it is refused and counted");
        Assert.Equal(Reason.NotAuthorized, Assert.Single(broker.Broker.RecentErrors).ReasonCode);
    }

    [Fact]
    public async Task ClientCertificate_ThatIsOptional_MayBeMissing()
    {
        await using var broker = await StartAsync(o =>
        {
            RequireCertificates(o);
            o.Tls.ClientCertificates = MqttClientCertificates.Optional;
        });
        using var client = await OpenAsync(broker);
        Assert.Equal(Reason.Success, (await client.ConnectAsync(new ConnectPacket { ClientId = "c" })).Reason);
    }

    [Fact]
    public async Task Certificate_ThatIsRenewed_IsUsedWithoutARestart()
    {
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        await using var broker = await StartAsync(time: clock);
        using var before = await OpenAsync(broker);
        await before.ConnectAsync(new ConnectPacket { ClientId = "before" });
        certificates.Write("broker.pem", "half a certificate");
        clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal("CN=broker", await SubjectAsync(broker));
        var (certificate, key) = certificates.Make("renewed", days: 10);
        File.Copy(key, certificates.File("broker.key"), overwrite: true);
        File.Copy(certificate, certificates.File("broker.pem"), overwrite: true);
        clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal("CN=renewed", await SubjectAsync(broker));
        await before.AssertNothingAsync();
        Assert.Contains(broker.Log.All, static l => l.Contains("CN=renewed, expires at", StringComparison.Ordinal));
        Assert.Contains("the old stays in force", Assert.Single(broker.Log.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(29, true)]
    [InlineData(31, false)]
    public async Task Certificate_ThatEndsSoon_IsWarnedAbout(int days, bool warned)
    {
        await using var broker = await StartAsync(days: days);
        Assert.Equal(warned, broker.Log.All.Any(static l => l.Contains("expires at", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Certificate_AsPkcs12OrWithAnEncryptedKey_IsRead()
    {
        var password = certificates.Write("password", "secret-word\n");
        var pfx = certificates.MakePkcs12("packed", "secret-word");
        await using (var broker = await StartAsync(o => (o.Tls.CertificateFile, o.Tls.KeyFile, o.Tls.KeyPasswordFile) = (pfx, "", password)))
            Assert.Equal("CN=packed", await SubjectAsync(broker));
        var (certificate, key) = certificates.Make("encrypted", password: "secret-word");
        await using var other = await StartAsync(o => (o.Tls.CertificateFile, o.Tls.KeyFile, o.Tls.KeyPasswordFile) = (certificate, key, password));
        Assert.Equal("CN=encrypted", await SubjectAsync(other));
        var wrong = new MqttTlsOptions { CertificateFile = pfx, KeyPasswordFile = certificates.Write("wrong", "other-word") };
        var problem = Assert.Single(new MqttBrokerOptions { Tls = wrong }.Problems());
        Assert.StartsWith("Tls:CertificateFile: ", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("other-word", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Handshake_ThatTakesTooLong_IsGivenUp()
    {
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        await using var broker = await StartAsync(time: clock);
        using var silent = await RawClient.OpenAsync(broker.Broker.SecureEndPoint!.Port);
        await Eventually.TrueAsync(() => broker.Broker.Statistics.Connections == 1, "it is accepted");
        await Eventually.TrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(11));
                return broker.Broker.Statistics.Connections == 0;
            },
            "it is given up");
        Assert.Null(await silent.ReadAsync());
    }

    private async Task<string> SubjectAsync(TestBroker broker)
    {
        var (stream, subject) = await SecureAsync(broker, null);
        await stream.DisposeAsync();
        return subject;
    }

    private async Task<RawClient> OpenAsync(TestBroker broker, string certificate = "", string key = "")
    {
        using var own = certificate.Length == 0 ? null : X509Certificate2.CreateFromPemFile(certificate, key);
        return new RawClient((await SecureAsync(broker, own)).Stream);
    }

    private async Task<(SslStream Stream, string Subject)> SecureAsync(TestBroker broker, X509Certificate2? own)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, broker.Broker.SecureEndPoint!.Port), Cancelled);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                ClientCertificates = own is null ? null : [own],
                CertificateChainPolicy = certificates.TrustsItself,
            },
            Cancelled);
        return (stream, stream.RemoteCertificate!.Subject);
    }

    private Task<TestBroker> StartAsync(Action<MqttBrokerOptions>? configure = null, TimeProvider? time = null, int days = 90)
    {
        var (certificate, key) = certificates.Make("broker", days);
        return TestBroker.StartAsync(
            o =>
            {
                (o.Tls.Port, o.Tls.CertificateFile, o.Tls.KeyFile) = (0, certificate, key);
                configure?.Invoke(o);
            },
            time,
            expectsErrors: time is not null);
    }

    private void RequireCertificates(MqttBrokerOptions options)
    {
        options.Tls.ClientCertificates = MqttClientCertificates.Required;
        options.Tls.ClientAuthorityFile = certificates.AuthorityFile;
        options.Tls.UserFromCertificate = true;
    }
}
