using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Plantroom.Mqtt.Client;

/// <summary>The TLS of a client, made of its options.</summary>
internal static class ClientTls
{
    /// <exception cref="System.Security.Authentication.AuthenticationException">The broker's certificate is not trusted.</exception>
    public static async Task<Stream> OpenAsync(Stream stream, MqttClientOptions options, CancellationToken cancellationToken)
    {
        var encrypted = new SslStream(stream, leaveInnerStreamOpen: false);
        await encrypted.AuthenticateAsClientAsync(Settings(options), cancellationToken);
        return encrypted;
    }

    private static SslClientAuthenticationOptions Settings(MqttClientOptions options)
    {
        var (tls, settings) = (options.Tls, new SslClientAuthenticationOptions { TargetHost = options.Tls.TargetHost ?? options.Host });
        if (tls.CaFile is not null)
        {
            settings.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,

                // An authority of one's own seldom publishes what it has revoked.
                RevocationMode = X509RevocationMode.NoCheck,
            };
            settings.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(tls.CaFile);
        }

        if (tls.CertificateFile is not null)
            settings.ClientCertificates = [X509Certificate2.CreateFromPemFile(tls.CertificateFile, tls.KeyFile)];
        return settings;
    }
}
