using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Plantroom.Mqtt.Tests.Foreign;

/// <summary>An authority and certificates of it, as PEM files in a folder.</summary>
internal sealed class PemFiles : IDisposable
{
    private readonly TestKit.TempFolder folder = new();
    private readonly X509Certificate2 authority;
    private readonly ECDsa authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public PemFiles()
    {
        var request = new CertificateRequest("CN=Test authority", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        authority = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(2));
        File.WriteAllText(Ca, authority.ExportCertificatePem());
        Issue("server", "localhost", IPAddress.Loopback);
        Issue("client", "gateway-1", null);
    }

    public string Ca => folder.File("ca.pem");

    public string Certificate(string name) => folder.File($"{name}.pem");

    public string Key(string name) => folder.File($"{name}.key");

    public void Dispose()
    {
        authority.Dispose();
        authorityKey.Dispose();
        folder.Dispose();
    }

    private void Issue(string file, string name, IPAddress? address)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        if (address is not null) names.AddIpAddress(address);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, authority.NotBefore, authority.NotAfter, RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(Certificate(file), certificate.ExportCertificatePem());
        File.WriteAllText(Key(file), key.ExportPkcs8PrivateKeyPem());
    }
}
