using Microsoft.Extensions.Logging.Abstractions;
using Plantroom.Mqtt.MqttNet;
using Plantroom.Mqtt.Tests.Security;
using Plantroom.TestKit;

namespace Plantroom.Mqtt.Tests.Contract.MqttNet;

/// <summary>No option is silently left out by the adapters.</summary>
public sealed class MqttNetOptionsTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly TestCertificates certificates;

    public MqttNetOptionsTests() => certificates = new TestCertificates(folder);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        certificates.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Client_AskedForWhatItHasNot_IsRefusedByName()
    {
        AssertRefused("Transport", o => o.Transport = MqttTransport.WebSocket);
        AssertRefused("OfflineQueue", o => o.OfflineQueue = true);

        static void AssertRefused(string key, Action<MqttClientOptions> set)
        {
            var options = new MqttClientOptions();
            set(options);
            var refusal = Assert.Throws<ArgumentException>(
                () => new MqttNetClient(options, TimeProvider.System, NullLogger<MqttNetClient>.Instance));
            Assert.StartsWith(key + ":", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Broker_AskedForWhatItHasNot_IsRefusedByName()
    {
        var passwords = folder.File("passwords");
        MqttPasswordFile.Set(passwords, "user", "secret");
        File.WriteAllText(folder.File("acl"), "topic readwrite #\n");
        var (certificate, key) = certificates.Make("broker");
        AssertRefused("PasswordFile", o => o.PasswordFile = passwords);
        AssertRefused("Address", o => (o.Address, o.PasswordFile) = ("0.0.0.0", passwords));
        AssertRefused("AclFile", o => o.AclFile = folder.File("acl"));
        AssertRefused("Tls:CertificateFile", o => (o.Tls.CertificateFile, o.Tls.KeyFile) = (certificate, key));
        AssertRefused("AnonymousLoopback", o => o.AnonymousLoopback = false);

        static void AssertRefused(string key, Action<MqttBrokerOptions> set)
        {
            var options = new MqttBrokerOptions();
            set(options);
            var refusal = Assert.Throws<ArgumentException>(
                () => new MqttNetBroker(options, TimeProvider.System, NullLogger<MqttNetBroker>.Instance));
            Assert.Contains(key + ":", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Broker_AskedToPersist_SaysThatItDoesNot()
    {
        var log = new RecordingLog<IMqttBroker>();
        await using var broker = MqttNetBrokerMaker.Create(new MqttBrokerOptions { Port = 0, Persistence = folder.File("broker.db") }, log);
        await broker.StartAsync(Cancelled);
        Assert.Contains(log.All, line => line.Contains("Persistence", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true, null, true)]
    [InlineData(false, null, false)]
    [InlineData(true, "another.example", false)]
    public async Task Tls_OfTheClient_TrustsOnlyTheRightBroker(bool trusts, string? name, bool connects)
    {
        var (certificate, key) = certificates.Make("broker");
        await using var broker = await TestBroker.StartAsync(
            o => (o.Tls.Port, o.Tls.CertificateFile, o.Tls.KeyFile) = (0, certificate, key), expectsErrors: true);
        var log = new RecordingLog<IMqttClient>();
        var options = new MqttClientOptions { Port = broker.Broker.SecureEndPoint!.Port, ReconnectDelay = TimeSpan.FromMilliseconds(1) };
        (options.Tls.Enabled, options.Tls.TargetHost) = (true, name);
        options.Tls.CaFile = trusts ? certificates.AuthorityFile : null;
        await using var client = MqttNetMaker.Create(options, log);
        var connecting = client.ConnectAsync(Cancelled);
        if (connects) await connecting;
        else await Eventually.TrueAsync(() => log.All.Count > 0 || connecting.IsFaulted, "it is refused");
        Assert.Equal(connects, client.IsConnected);
    }
}
