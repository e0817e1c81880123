namespace Plantroom.Mqtt.Broker.Security;

/// <summary>
/// Refuses logins unseen after too many have failed. Failures are counted by address and by user, and pauses double; but nobody can
/// lock out a device from elsewhere:
/// <list type="bullet">
/// <item>who has logged in before from the same address as the same user is only held back by failures of just that address and
/// user;</item>
/// <item>others are held back by the failures of their address, and by those of the user only when their address has failed
/// itself.</item>
/// </list>
/// So a guess from an address that never failed is always looked at: one for each address that somebody has to spend.
/// </summary>
internal sealed class LoginThrottle(MqttLoginOptions options, TimeProvider time)
{
    /// <summary>Addresses with users that are known to be good; about 1 MB.</summary>
    private const int MaximumKnown = 20_000;

    private readonly Lock gate = new();
    private readonly DateTimeOffset start = time.GetUtcNow();
    private readonly long started = time.GetTimestamp();
    private readonly FailureCounts addresses = new(options);
    private readonly FailureCounts users = new(options);
    private readonly FailureCounts pairs = new(options);
    private readonly Dictionary<UInt128, DateTimeOffset> known = [];

    /// <summary>Goes on evenly also when the clock is set.</summary>
    private DateTimeOffset Now => start + time.GetElapsedTime(started);

    public bool IsPaused(in LoginSource source)
    {
        var now = Now;
        lock (gate)
        {
            if (known.ContainsKey(source.Pair)) return pairs.IsPaused(source.Pair, now);
            return addresses.IsPaused(source.Address, now) || (users.IsPaused(source.User, now) && addresses.HasFailed(source.Address, now));
        }
    }

    /// <returns>How long the pause is that begins now; zero when none does.</returns>
    public TimeSpan Fail(in LoginSource source)
    {
        var now = Now;
        lock (gate)
        {
            if (known.ContainsKey(source.Pair)) return pairs.Fail(source.Pair, now);
            var (ofAddress, ofUser) = (addresses.Fail(source.Address, now), users.Fail(source.User, now));
            return ofAddress > ofUser ? ofAddress : ofUser;
        }
    }

    public void Succeed(in LoginSource source)
    {
        lock (gate)
        {
            pairs.Forget(source.Pair);
            if (known.Count >= MaximumKnown && !known.ContainsKey(source.Pair))
            {
                foreach (var pair in known.OrderBy(static k => k.Value).Take(MaximumKnown / 10).Select(static k => k.Key).ToArray())
                    known.Remove(pair);
            }

            known[source.Pair] = Now;
        }
    }
}
