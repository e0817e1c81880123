using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Plantroom.Mqtt.Broker.Security;

/// <summary>
/// Logins that were right a while ago, so that thousands of devices that come back at once need not be checked at full cost. Keeps no
/// password but a keyed hash whose key never leaves the process.
/// </summary>
internal sealed class VerifiedLogins
{
    /// <summary>Twice the default of <see cref="MqttBrokerOptions.MaximumConnections"/>; about 1 MB.</summary>
    private const int Maximum = 20_000;

    private readonly byte[] key = RandomNumberGenerator.GetBytes(32);
    private readonly Lock gate = new();
    private readonly Dictionary<UInt128, long> lastUsed = [];

    public bool Contains(string userName, ReadOnlySpan<byte> password, TimeSpan life, TimeProvider time)
    {
        var login = Digest(userName, password);
        lock (gate)
        {
            if (!lastUsed.TryGetValue(login, out var used) || time.GetElapsedTime(used) >= life) return false;
            lastUsed[login] = time.GetTimestamp();
            return true;
        }
    }

    public void Add(string userName, ReadOnlySpan<byte> password, TimeSpan life, TimeProvider time)
    {
        var login = Digest(userName, password);
        lock (gate)
        {
            if (lastUsed.Count >= Maximum) MakeRoom(life, time);
            lastUsed[login] = time.GetTimestamp();
        }
    }

    private void MakeRoom(TimeSpan life, TimeProvider time)
    {
        foreach (var (login, used) in lastUsed)
        {
            if (time.GetElapsedTime(used) >= life) lastUsed.Remove(login);
        }

        if (lastUsed.Count < Maximum) return;
        foreach (var login in lastUsed.OrderBy(static l => l.Value).Take(Maximum / 10).Select(static l => l.Key).ToArray()) lastUsed.Remove(login);
    }

    /// <summary>The length of the name comes first, so that no name and password can be read as another pair.</summary>
    private UInt128 Digest(string userName, ReadOnlySpan<byte> password)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, userName.Length);
        hash.AppendData(length);
        hash.AppendData(Encoding.UTF8.GetBytes(userName));
        hash.AppendData(password);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash.GetHashAndReset());
    }
}
