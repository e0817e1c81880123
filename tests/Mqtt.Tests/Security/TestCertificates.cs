using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Plantroom.TestKit;

namespace Plantroom.Mqtt.Tests.Security;

/// <summary>An authority of its own, and what it signs, as PEM files.</summary>
internal sealed class TestCertificates(TempFolder folder) : IDisposable
{
    private static readonly DateTimeOffset From = TimeProvider.System.GetUtcNow().AddDays(-2);

    private readonly X509Certificate2 authority = Authority();

    /// <summary>The authority's certificate.</summary>
    public string AuthorityFile => Write("authority.pem", authority.ExportCertificatePem());

    /// <summary>What a client has that trusts the authority and no other.</summary>
    public X509ChainPolicy TrustsItself
    {
        get
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.Add(authority);
            return policy;
        }
    }

    public string File(string name) => folder.File(name);

    /// <summary>Makes a certificate and its key: NAME.pem and NAME.key.</summary>
    public (string Certificate, string Key) Make(string name, int days = 90, bool forClient = false, string? password = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Sign(name, key, days, forClient);
        var keyPem = password is null
            ? key.ExportPkcs8PrivateKeyPem()
            : key.ExportEncryptedPkcs8PrivateKeyPem(password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
        return (Write(name + ".pem", certificate.ExportCertificatePem()), Write(name + ".key", keyPem));
    }

    /// <summary>Makes NAME.pfx, with certificate, key and authority.</summary>
    public string MakePkcs12(string name, string password)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Sign(name, key, 90, forClient: false);
        using var own = certificate.CopyWithPrivateKey(key);
        var all = new X509Certificate2Collection { own, X509CertificateLoader.LoadCertificate(authority.RawData) };
        System.IO.File.WriteAllBytes(File(name + ".pfx"), all.Export(X509ContentType.Pkcs12, password)!);
        return File(name + ".pfx");
    }

    public string Write(string name, string text)
    {
        System.IO.File.WriteAllText(File(name), text);
        return File(name);
    }

    public void Dispose() => authority.Dispose();

    private static X509Certificate2 Authority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        return request.CreateSelfSigned(From, From.AddYears(1));
    }

    private X509Certificate2 Sign(string name, ECDsa key, int days, bool forClient)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new Oid(forClient ? "1.3.6.1.5.5.7.3.2" : "1.3.6.1.5.5.7.3.1")], false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        return request.Create(authority, From, TimeProvider.System.GetUtcNow().AddDays(days), RandomNumberGenerator.GetBytes(8));
    }
}
