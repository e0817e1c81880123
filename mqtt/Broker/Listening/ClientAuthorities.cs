using System.Security.Cryptography.X509Certificates;

namespace Plantroom.Mqtt.Broker.Listening;

/// <summary>The authorities whose client certificates count; those of the computer do not.</summary>
internal sealed class ClientAuthorities(X509Certificate2Collection certificates)
{
    /// <summary>The purpose "TLS client", which a certificate must allow when it names purposes at all.</summary>
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    public static ClientAuthorities None { get; } = new([]);

    public static ClientAuthorities Read(string path, List<string> problems)
    {
        var found = new X509Certificate2Collection();
        found.ImportFromPemFile(path);
        if (found.Count == 0) problems.Add($"{path} holds no certificate.");
        return new ClientAuthorities(found);
    }

    /// <summary>Whether a certificate comes from one of them and is valid now. Lists of revoked ones are not asked for: that would make
    /// each login wait for another server.</summary>
    public bool Accept(X509Certificate certificate, DateTime now)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(certificates);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now;
        chain.ChainPolicy.ApplicationPolicy.Add(new(ClientAuthentication));
        return certificate is X509Certificate2 known && chain.Build(known);
    }
}
