namespace Plantroom.Mqtt;

/// <summary>
/// How a client makes sure of its broker, and shows who it is itself. The broker's certificate is always checked: its names, its dates and
/// who has issued it. The files are PEM and are read for every connection, so that a certificate that was renewed is used.
/// </summary>
public sealed class MqttClientTls
{
    /// <summary>Whether TLS is spoken; for a WebSocket that is <c>wss</c>. Default false.</summary>
    public bool Enabled { get; set; }

    /// <summary>The name that the broker's certificate must be for. Default null: <see cref="MqttClientOptions.Host"/>.</summary>
    public string? TargetHost { get; set; }

    /// <summary>Certificates of authorities that are trusted instead of the system's. Default null: those of the system.</summary>
    public string? CaFile { get; set; }

    /// <summary>The certificate that this client shows when the broker asks for one. Default null: none.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>The private key of <see cref="CertificateFile"/>, not encrypted. Default null.</summary>
    public string? KeyFile { get; set; }

    internal IEnumerable<string> Problems()
    {
        if (!Enabled) yield break;
        foreach (var (key, file) in new[] { (nameof(CaFile), CaFile), (nameof(CertificateFile), CertificateFile), (nameof(KeyFile), KeyFile) })
        {
            if (file is not null && !File.Exists(file)) yield return $"Tls:{key}: the file '{file}' is not there.";
        }

        if (CertificateFile is null != KeyFile is null) yield return "Tls:KeyFile: CertificateFile and KeyFile belong together.";
    }
}
