using Plantroom.TestKit;

namespace Plantroom.Mqtt.Tests.Security;

public sealed class OptionProblemsTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly TestCertificates certificates;

    public OptionProblemsTests() => certificates = new TestCertificates(folder);

    public void Dispose()
    {
        certificates.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Problems_OfEverything_AreAllNamedByKey()
    {
        var options = new MqttBrokerOptions { Address = "0.0.0.0", AclFile = certificates.Write("acl", "topik\n") };
        options.Tls = new() { Address = "::", Port = 70_000, CertificateFile = folder.File("none.pem") };
        options.Tls.ClientCertificates = MqttClientCertificates.Required;
        options.Login.MaximumFailures = 0;
        var keys = options.Problems().Select(static p => p[..p.IndexOf(": ", StringComparison.Ordinal)]).Order(StringComparer.Ordinal);
        Assert.Equal(
            ["AclFile", "Address", "Login:MaximumFailures", "Tls:Address", "Tls:CertificateFile", "Tls:ClientAuthorityFile", "Tls:Port"], keys);
    }

    [Fact]
    public void Address_ThatOthersReach_NeedsAUser()
    {
        var passwords = folder.File("passwords");
        var options = new MqttBrokerOptions { Address = "0.0.0.0", PasswordFile = passwords };
        Assert.StartsWith("Address: ", Assert.Single(options.Problems()), StringComparison.Ordinal);
        certificates.Write("passwords", "# nobody yet\n");
        Assert.Single(options.Problems());
        MqttPasswordFile.Set(passwords, "gateway", "secret-word");
        Assert.Empty(options.Problems());
        certificates.Write("passwords", "gateway:secret-word\n");
        var problem = Assert.Single(options.Problems());
        Assert.StartsWith("PasswordFile: ", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-word", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void TlsAddress_ThatOthersReach_NeedsAUserOrCertificatesThatAreUsers()
    {
        var (certificate, key) = certificates.Make("broker");
        var tls = new MqttTlsOptions { Address = "0.0.0.0", CertificateFile = certificate, KeyFile = key };
        var options = new MqttBrokerOptions { Tls = tls };
        Assert.StartsWith("Tls:Address: ", Assert.Single(options.Problems()), StringComparison.Ordinal);
        (tls.ClientCertificates, tls.ClientAuthorityFile) = (MqttClientCertificates.Required, certificates.AuthorityFile);
        Assert.Single(options.Problems());
        tls.UserFromCertificate = true;
        Assert.Empty(options.Problems());
        tls.ClientCertificates = MqttClientCertificates.Optional;
        Assert.Single(options.Problems());
    }

    [Fact]
    public async Task Broker_ThatOthersReachWithoutTls_WarnsAboutIt()
    {
        MqttPasswordFile.Set(folder.File("passwords"), "gateway", "secret-word");
        await using var broker = await TestBroker.StartAsync(o => (o.Address, o.PasswordFile) = ("0.0.0.0", folder.File("passwords")));
        Assert.Contains(broker.Log.All, static l => l.Contains("without TLS", StringComparison.Ordinal));

        // This computer reaches it over its loopback address too, and may be anonymous there.
        using var client = await broker.ConnectAsync();
        Assert.Equal(0, client.Connack.Reason);
    }
}
