namespace Plantroom.Mqtt;

/// <summary>Decides who may connect. May be asked from any thread, for several clients at once.</summary>
public interface IMqttCredentials
{
    /// <summary>Whether there is anybody whom it would admit. A broker that others can reach does not start without.</summary>
    bool HasUsers { get; }

    /// <summary>Looks whether somebody is who it says. It does not throw for a wrong password, and takes as long for a user that is not
    /// known as for one that is.</summary>
    /// <param name="login">Who wants to connect; its password is not kept.</param>
    /// <param name="cancellationToken">The client is gone, or its time to connect is over.</param>
    ValueTask<MqttAdmission> VerifyAsync(MqttLogin login, CancellationToken cancellationToken);
}

/// <summary>What a client says about itself when it connects.</summary>
/// <param name="clientId">The client id; the assigned one when it has none of its own.</param>
/// <param name="userName">The user name; null for none.</param>
/// <param name="password">The password; null for none.</param>
/// <param name="peer">What the transport knows.</param>
/// <remarks>Not a record, which would print the password.</remarks>
public sealed class MqttLogin(string clientId, string? userName, ReadOnlyMemory<byte>? password, MqttPeer peer)
{
    /// <summary>The client id; the assigned one when it has none of its own.</summary>
    public string ClientId => clientId;

    /// <summary>The user name; null for none.</summary>
    public string? UserName => userName;

    /// <summary>The password as it came; null for none.</summary>
    public ReadOnlyMemory<byte>? Password => password;

    /// <summary>What the transport knows: address, client certificate.</summary>
    public MqttPeer Peer => peer;
}

/// <summary>The answer to a login.</summary>
public sealed class MqttAdmission
{
    /// <summary>User name or password is wrong.</summary>
    public static readonly MqttAdmission Refused = new(false, null, null);

    private MqttAdmission(bool isAdmitted, string? userName, MqttPermissions? permissions) =>
        (IsAdmitted, UserName, Permissions) = (isAdmitted, userName, permissions);

    /// <summary>Whether the client may connect.</summary>
    public bool IsAdmitted { get; }

    /// <summary>Who it is, beyond doubt; null when it is anonymous or refused.</summary>
    public string? UserName { get; }

    /// <summary>What it may do; null when the broker's rules about topics say it.</summary>
    public MqttPermissions? Permissions { get; }

    /// <summary>The client may connect.</summary>
    /// <param name="userName">Who it is, beyond doubt; null for anonymous.</param>
    /// <param name="permissions">What it may do; null leaves it to the broker's rules about topics, see
    /// <see cref="MqttBrokerOptions.AclFile"/>.</param>
    public static MqttAdmission Admit(string? userName, MqttPermissions? permissions = null) => new(true, userName, permissions);
}
