using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Plantroom.Mqtt.Broker.Security;

namespace Plantroom.Mqtt.Broker.Listening;

/// <summary>TLS of the broker's own listener. Certificates that are renewed are used from the next connection on.</summary>
internal sealed class Tls : IDisposable
{
    /// <summary>So long before its end a certificate is warned about.</summary>
    private static readonly TimeSpan Warning = TimeSpan.FromDays(30);

    private readonly MqttTlsOptions options;
    private readonly TimeProvider time;
    private readonly Reloaded<ServerIdentity> identity;
    private readonly Reloaded<ClientAuthorities> authorities;

    public Tls(MqttTlsOptions options, TimeProvider time, BrokerLog log)
    {
        (this.options, this.time) = (options, time);
        identity = new(
            "certificate", [options.CertificateFile, options.KeyFile, options.KeyPasswordFile],
            problems => ServerIdentity.Read(options, problems), ServerIdentity.None, time, log);
        authorities = new(
            "authorities of client certificates", [options.ClientAuthorityFile],
            problems => ClientAuthorities.Read(options.ClientAuthorityFile, problems), ClientAuthorities.None, time, log);
        identity.Changed = () => Look(log);
    }

    /// <summary>The certificate that is in use.</summary>
    public ServerIdentity Identity => identity.Current;

    /// <summary>Warns when the certificate ends soon.</summary>
    public void Look(BrokerLog log)
    {
        var now = Identity;
        if (now.Until - time.GetUtcNow().UtcDateTime < Warning) log.CertificateExpires(now.Subject, now.Until);
    }

    /// <summary>Comes to terms with a client.</summary>
    /// <exception cref="AuthenticationException">The client, or what it shows, is not accepted; or it does not accept the broker.</exception>
    public async Task<SocketWire> SecureAsync(Socket socket, MqttPeer peer, CancellationToken cancellationToken)
    {
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: false));
        try
        {
            await stream.AuthenticateAsServerAsync(Options(), cancellationToken);
            var name = (stream.RemoteCertificate as X509Certificate2)?.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
            return new SocketWire(socket, stream, peer with { CertificateName = name });
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    public void Dispose()
    {
        identity.Dispose();
        authorities.Dispose();
    }

    private SslServerAuthenticationOptions Options() => new()
    {
        ServerCertificateContext = Identity.Context ?? throw new AuthenticationException("There is no certificate."),
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ClientCertificateRequired = options.ClientCertificates != MqttClientCertificates.None,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        RemoteCertificateValidationCallback = (_, certificate, _, _) => IsAccepted(certificate),
    };

    private bool IsAccepted(X509Certificate? certificate)
    {
        if (options.ClientCertificates == MqttClientCertificates.None) return true;
        if (certificate is null) return options.ClientCertificates == MqttClientCertificates.Optional;
        return authorities.Current.Accept(certificate, time.GetUtcNow().UtcDateTime);
    }
}
