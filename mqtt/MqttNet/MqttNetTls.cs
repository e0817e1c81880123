using System.Security.Cryptography.X509Certificates;
using MQTTnet;

namespace Plantroom.Mqtt.MqttNet;

/// <summary>The TLS of a client in the words of MQTTnet. Nothing that makes it trust more is ever set.</summary>
internal static class MqttNetTls
{
    public static MqttClientTlsOptions Of(MqttClientOptions options)
    {
        var tls = options.Tls;
        var made = new MqttClientTlsOptions
        {
            UseTls = true,
            TargetHost = tls.TargetHost ?? options.Host,

            // As in the client of this project; an authority of one's own seldom publishes what it has revoked.
            RevocationMode = X509RevocationMode.NoCheck,
        };
        if (tls.CaFile is not null)
        {
            made.TrustChain = [];
            made.TrustChain.ImportFromPemFile(tls.CaFile);
        }

        if (tls.CertificateFile is not null)
        {
            var certificate = X509Certificate2.CreateFromPemFile(tls.CertificateFile, tls.KeyFile);
            made.ClientCertificatesProvider = new DefaultMqttCertificatesProvider(new X509Certificate2Collection(certificate));
        }

        return made;
    }
}
