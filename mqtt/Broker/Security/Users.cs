namespace Plantroom.Mqtt.Broker.Security;

/// <summary>The users of one state of the password file, and which passwords are known to be right.</summary>
internal sealed class Users(IReadOnlyDictionary<string, PasswordHash> hashes)
{
    public static Users None { get; } = new(new Dictionary<string, PasswordHash>());

    private readonly PasswordHash nobodys =
        PasswordHash.OfNobody(hashes.Values.Select(static h => h.Rounds).Append(PasswordHash.Iterations).Max());

    public bool Any => hashes.Count > 0;

    public VerifiedLogins Verified { get; } = new();

    public bool Knows(string userName) => hashes.ContainsKey(userName);

    /// <summary>Reads a password file.</summary>
    public static Users Read(string path, List<string> problems) => new(PasswordEntries.Parse(path, File.ReadAllLines(path), problems));

    /// <summary>Slow, and as slow for a user that is not there.</summary>
    public bool Fits(string userName, ReadOnlySpan<byte> password) => HashFor(userName).Fits(password) && Knows(userName);

    /// <summary>What a login is checked against, also when there is no such user.</summary>
    public PasswordHash HashFor(string userName) => hashes.GetValueOrDefault(userName) ?? nobodys;
}
