using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Plantroom.Mqtt.Broker.Listening;

/// <summary>The broker's certificate with its key, and what leads to its authority.</summary>
internal sealed class ServerIdentity(SslStreamCertificateContext? context)
{
    /// <summary>No certificate.</summary>
    public static ServerIdentity None { get; } = new(null);

    /// <summary>Null without a certificate.</summary>
    public SslStreamCertificateContext? Context => context;

    public string Subject => context?.TargetCertificate.Subject ?? "";

    public DateTime Until => context?.TargetCertificate.NotAfter.ToUniversalTime() ?? default;

    /// <summary>Reads the files of the options.</summary>
    /// <exception cref="IOException">A file is not there.</exception>
    /// <exception cref="CryptographicException">A file is not what it should be.</exception>
    public static ServerIdentity Read(MqttTlsOptions tls, List<string> problems)
    {
        var password = tls.KeyPasswordFile.Length == 0 ? null : File.ReadLines(tls.KeyPasswordFile).FirstOrDefault();
        var others = new X509Certificate2Collection();
        var certificate = IsPkcs12(tls.CertificateFile) ? ReadPkcs12(tls.CertificateFile, password, others) : ReadPem(tls, password, others);
        if (certificate is null || !certificate.HasPrivateKey)
        {
            problems.Add($"{tls.CertificateFile} holds no certificate with its key.");
            return None;
        }

        return new ServerIdentity(SslStreamCertificateContext.Create(certificate, others, offline: true));
    }

    private static bool IsPkcs12(string path) => Path.GetExtension(path).ToUpperInvariant() is ".PFX" or ".P12";

    private static X509Certificate2? ReadPkcs12(string path, string? password, X509Certificate2Collection others)
    {
        others.AddRange(X509CertificateLoader.LoadPkcs12CollectionFromFile(path, password));
        var own = others.FirstOrDefault(static c => c.HasPrivateKey);
        if (own is not null) others.Remove(own);
        return own;
    }

    private static X509Certificate2 ReadPem(MqttTlsOptions tls, string? password, X509Certificate2Collection others)
    {
        others.ImportFromPemFile(tls.CertificateFile);
        if (others.Count > 0) others.RemoveAt(0);
        var keyFile = tls.KeyFile.Length > 0 ? tls.KeyFile : tls.CertificateFile;
        return password is null
            ? X509Certificate2.CreateFromPemFile(tls.CertificateFile, keyFile)
            : X509Certificate2.CreateFromEncryptedPemFile(tls.CertificateFile, password, keyFile);
    }
}
