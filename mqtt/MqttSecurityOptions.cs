using System.ComponentModel.DataAnnotations;

namespace Plantroom.Mqtt;

/// <summary>Whether clients show a certificate when they connect with TLS.</summary>
public enum MqttClientCertificates
{
    /// <summary>They are not asked for one.</summary>
    None,

    /// <summary>They may; one that is shown must be right.</summary>
    Optional,

    /// <summary>They must.</summary>
    Required,
}

/// <summary>A second listener, with TLS 1.2 or later. All files are read again when they change.</summary>
public sealed class MqttTlsOptions
{
    /// <summary>The address to listen on. Default 127.0.0.1.</summary>
    [Required]
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>The TCP port. Default 8883; 0 takes a free one. Range 0 to 65535.</summary>
    [Range(0, 65535)]
    public int Port { get; set; } = 8883;

    /// <summary>The broker's certificate with those that lead to its authority: PEM, or PKCS #12 (.pfx, .p12). Empty, the default, is no TLS
    /// listener.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>The certificate's key, PEM. Empty when the certificate file holds it too.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>A file whose first line is the password of the key or of the PKCS #12 file; empty for none.</summary>
    public string KeyPasswordFile { get; set; } = "";

    /// <summary>Whether clients show certificates. Default None.</summary>
    [EnumDataType(typeof(MqttClientCertificates))]
    public MqttClientCertificates ClientCertificates { get; set; } = MqttClientCertificates.None;

    /// <summary>The authorities that client certificates come from, PEM. Needed when they are asked for.</summary>
    public string ClientAuthorityFile { get; set; } = "";

    /// <summary>Whether the common name of a client certificate is the user name, and no password is asked for. Default false.</summary>
    public bool UserFromCertificate { get; set; }

    /// <summary>Whether there is a TLS listener.</summary>
    internal bool IsOn => CertificateFile.Length > 0;

    /// <summary>Whether a certificate is enough to be somebody, and nobody comes in without.</summary>
    internal bool IdentifiesAll => ClientCertificates == MqttClientCertificates.Required && UserFromCertificate;
}

/// <summary>How logins are slowed down that fail, and remembered when they succeed.</summary>
public sealed class MqttLoginOptions
{
    /// <summary>Failed logins within <see cref="FailureWindow"/> after which more are refused unseen, of an address and of a user. Default 5.
    /// Range 1 to 1,000.</summary>
    [Range(1, 1000)]
    public int MaximumFailures { get; set; } = 5;

    /// <summary>For how long a failed login counts. Default 1 min. Range 1 s to 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan FailureWindow { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>For how long logins are refused unseen at first; it doubles each time. Default 30 s. Range 1 s to 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ShortestPause { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>For how long logins are refused unseen at most. Default 5 min. Range 1 s to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>For how long, since its last use, a password that was right is known without the work of checking it again. Forgotten at
    /// once when the password file changes. Default 1 hour; 0 is never. Range 0 to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan RememberFor { get; set; } = TimeSpan.FromHours(1);
}

/// <summary>MQTT over WebSocket, on the HTTP port of the host.</summary>
public sealed class MqttWebSocketOptions
{
    /// <summary>Whether it is offered at <c>/mqtt</c>. Default true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Pages of which other origins may connect, for example <c>https://display.example.org</c>. Default none: a browser may connect
    /// from pages of this host only; what is no browser says no origin and may always.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; set; } = [];
}
