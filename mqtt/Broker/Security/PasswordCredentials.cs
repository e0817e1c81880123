namespace Plantroom.Mqtt.Broker.Security;

/// <summary>Admits the users of a password file.</summary>
internal sealed class PasswordCredentials : IMqttCredentials, IDisposable
{
    /// <summary>Half of the processors, so that a storm of logins leaves the others to what the broker is there for.</summary>
    private readonly SemaphoreSlim hashing = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly Reloaded<Users> users;
    private readonly TimeSpan rememberFor;
    private readonly TimeProvider time;
    private long checks;

    public PasswordCredentials(MqttBrokerOptions options, TimeProvider time, BrokerLog log)
    {
        this.time = time;
        rememberFor = options.Login.RememberFor;
        var path = options.PasswordFile;
        users = new Reloaded<Users>("password file", [path], problems => Users.Read(path, problems), Users.None, time, log);
    }

    public bool HasUsers => users.Current.Any;

    /// <summary>How often a password was hashed.</summary>
    public long Checks => Interlocked.Read(ref checks);

    /// <summary>Called when the file was read again.</summary>
    public Action? Changed
    {
        get => users.Changed;
        set => users.Changed = value;
    }

    /// <summary>Whether a user is still there.</summary>
    public bool Knows(string userName) => users.Current.Knows(userName);

    public async ValueTask<MqttAdmission> VerifyAsync(MqttLogin login, CancellationToken cancellationToken)
    {
        if (login is not { UserName: { } name, Password: { } password }) return MqttAdmission.Refused;
        while (true)
        {
            var current = users.Current;
            var fits = await FitsAsync(current, name, password, cancellationToken);

            // What was right according to a file that is not in force any more says nothing.
            if (current == users.Current) return fits ? MqttAdmission.Admit(name) : MqttAdmission.Refused;
        }
    }

    public void Dispose() => users.Dispose();

    private async ValueTask<bool> FitsAsync(Users current, string name, ReadOnlyMemory<byte> password, CancellationToken cancellationToken)
    {
        if (current.Verified.Contains(name, password.Span, rememberFor, time)) return true;
        await hashing.WaitAsync(cancellationToken);
        try
        {
            // Meanwhile another client of the same user may have been checked.
            if (current.Verified.Contains(name, password.Span, rememberFor, time)) return true;
            Interlocked.Increment(ref checks);
            if (!await RunAsync(() => current.Fits(name, password.Span))) return false;
            current.Verified.Add(name, password.Span, rememberFor, time);
            return true;
        }
        finally
        {
            hashing.Release();
        }
    }

    /// <summary>On a thread of its own: the pool's threads move the packets.</summary>
    private static Task<bool> RunAsync(Func<bool> check) =>
        Task.Factory.StartNew(check, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
