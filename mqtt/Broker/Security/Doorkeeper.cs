using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Broker.Security;

/// <summary>
/// Lets clients in, or not.
/// <code>
///  CONNECT ─► its address's turn ─► throttle ─► credentials ─► rules about topics ─► CONNACK
/// </code>
/// The logins of one address are looked at one after the other: however many are sent at once, no more of them cost the work of a
/// password than may fail.
/// </summary>
internal sealed class Doorkeeper : IDisposable
{
    private readonly IMqttCredentials credentials;
    private readonly PasswordCredentials? passwords;
    private readonly Reloaded<AclRules>? rules;
    private readonly LoginThrottle throttle;
    private readonly Turns turns = new();
    private readonly Counters counters;
    private readonly BrokerLog log;

    /// <param name="options">The broker's.</param>
    /// <param name="own">Who decides instead of the password file; null for none.</param>
    /// <param name="counters">Counts failed logins.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">The log.</param>
    public Doorkeeper(MqttBrokerOptions options, IMqttCredentials? own, Counters counters, TimeProvider time, BrokerLog log)
    {
        (this.counters, this.log) = (counters, log);
        throttle = new LoginThrottle(options.Login, time);
        passwords = own is null ? new PasswordCredentials(options, time, log) : null;
        credentials = own ?? passwords!;
        if (options.AnonymousLoopback) credentials = new LoopbackCredentials(credentials);
        if (options.Tls.UserFromCertificate) credentials = new CertificateCredentials(credentials);
        if (options.AclFile.Length > 0)
        {
            rules = new Reloaded<AclRules>(
                "topic rules", [options.AclFile], problems => AclRules.Read(options.AclFile, problems), AclRules.None, time, log);
        }
    }

    public PasswordCredentials? Passwords => passwords;

    /// <summary>Called when other rules or passwords are in force.</summary>
    public void WhenChanged(Action changed)
    {
        if (rules is not null) rules.Changed = changed;
        if (passwords is not null) passwords.Changed = changed;
    }

    /// <summary>Looks at a login; waits as long as that takes.</summary>
    /// <returns>Who it is; the permissions are filled in by <see cref="PermissionsOf"/>.</returns>
    /// <exception cref="MqttException">It is refused.</exception>
    /// <exception cref="UndecidedException">It is refused unseen, or nobody could say.</exception>
    public async ValueTask<MqttAdmission> AdmitAsync(MqttLogin login, CancellationToken cancellationToken)
    {
        var source = LoginSource.Of(login);
        using var turn = await turns.WaitAsync(source.Address, cancellationToken);
        if (login.UserName is not null && throttle.IsPaused(source))
        {
            counters.LoginThrottled();
            throw new UndecidedException(Reason.QuotaExceeded, "Too many logins have failed.");
        }

        var admission = await VerifyAsync(login, cancellationToken);
        if (!admission.IsAdmitted) Refuse(login, source);
        if (admission.UserName is not null) throttle.Succeed(source);
        return admission;
    }

    /// <summary>What a client may do from now on.</summary>
    public MqttPermissions PermissionsOf(MqttAdmission admission, string clientId) =>
        admission.Permissions ?? rules?.Current.For(admission.UserName, clientId) ?? MqttPermissions.Default;

    public void Dispose()
    {
        passwords?.Dispose();
        rules?.Dispose();
    }

    /// <summary>Who decides is not ours: it may fail, or not heed that nobody waits any more.</summary>
    private async ValueTask<MqttAdmission> VerifyAsync(MqttLogin login, CancellationToken cancellationToken)
    {
        try
        {
            var verifying = credentials.VerifyAsync(login, cancellationToken);
            return verifying.IsCompletedSuccessfully ? verifying.Result : await verifying.AsTask().WaitAsync(cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            log.CredentialsFailed(login.ClientId, exception);
            throw new UndecidedException(Reason.ServerUnavailable, "Nobody can say at the moment who it is.");
        }
    }

    private void Refuse(MqttLogin login, in LoginSource source)
    {
        counters.LoginFailed();

        // Without a user name nothing was guessed.
        if (login.UserName is null) throw new MqttException("a user name and a password are needed", Reason.NotAuthorized);
        var pause = throttle.Fail(source);
        if (pause > TimeSpan.Zero) log.LoginsPaused(login.UserName, login.Peer.Remote, pause);
        throw new MqttException("user name or password is wrong", Reason.BadUserNameOrPassword);
    }
}

/// <summary>A login that is refused without a word about who it was.</summary>
internal sealed class UndecidedException(byte reason, string message) : Exception(message)
{
    /// <summary>What a 5.0 client is told.</summary>
    public byte Reason => reason;
}
