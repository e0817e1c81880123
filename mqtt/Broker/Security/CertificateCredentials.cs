namespace Plantroom.Mqtt.Broker.Security;

/// <summary>Takes the common name of a client certificate, which TLS has checked, as the user name; asks another for those without. What
/// user name such a client says besides does not count.</summary>
internal sealed class CertificateCredentials(IMqttCredentials others) : IMqttCredentials
{
    public bool HasUsers => others.HasUsers;

    public ValueTask<MqttAdmission> VerifyAsync(MqttLogin login, CancellationToken cancellationToken) =>
        login.Peer.CertificateName is { Length: > 0 } name ? new(MqttAdmission.Admit(name)) : others.VerifyAsync(login, cancellationToken);
}
