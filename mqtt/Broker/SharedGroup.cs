namespace Plantroom.Mqtt.Broker;

/// <summary>The clients that share the messages of one topic filter under one name: each message goes to one of them.</summary>
/// <param name="filter">The filter as the members have it, with the name of the group.</param>
internal sealed class SharedGroup(string filter)
{
    private RemoteSubscription[] members = [];
    private int turn;

    public string Filter => filter;

    /// <summary>The members now; the array never changes.</summary>
    public RemoteSubscription[] Members => Volatile.Read(ref members);

    /// <summary>Where the next message begins to look for its receiver: one further each time.</summary>
    public int NextTurn() => Interlocked.Increment(ref turn) & int.MaxValue;

    /// <summary>Adds a member, or changes what it asked for. Under the lock of the subscription tree.</summary>
    /// <returns>Whether it is new.</returns>
    public bool Join(RemoteSubscription member)
    {
        var at = Array.FindIndex(members, m => m.Session == member.Session);
        RemoteSubscription[] changed = at < 0 ? [.. members, default] : [.. members];
        changed[at < 0 ? ^1 : at] = member with { Group = this };
        Volatile.Write(ref members, changed);
        return at < 0;
    }

    /// <summary>Takes a member away. Under the lock of the subscription tree.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Leave(Session session)
    {
        var before = members.Length;
        Volatile.Write(ref members, [.. members.Where(m => m.Session != session)]);
        return members.Length < before;
    }
}
