namespace Plantroom.Mqtt.Broker.Security;

/// <summary>Admits clients of this computer that do not say who they are; asks another about those that do. While there are no users at
/// all, what they say is not looked at, and they stay anonymous.</summary>
internal sealed class LoopbackCredentials(IMqttCredentials others) : IMqttCredentials
{
    public bool HasUsers => others.HasUsers;

    public ValueTask<MqttAdmission> VerifyAsync(MqttLogin login, CancellationToken cancellationToken) =>
        login.Peer.IsLocal && (login.UserName is null || !HasUsers)
            ? new(MqttAdmission.Admit(null))
            : others.VerifyAsync(login, cancellationToken);
}
