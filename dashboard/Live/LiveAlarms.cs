using System.Collections.Immutable;

namespace Plantroom.Dashboard.Live;

/// <summary>
/// The alarms that are not normal, as this process knows them from the bus, and the queues of those who follow every single change (the
/// hub's clients). All members may be called from any thread.
/// </summary>
internal sealed class LiveAlarms(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Dictionary<long, Alarm> byId = [];
    private ImmutableArray<AlarmFollower> followers = [];
    private ImmutableArray<Alarm> active = [];
    private DateTime quietSince = time.GetUtcNow().UtcDateTime;

    /// <summary>Worst first.</summary>
    public ImmutableArray<Alarm> Active
    {
        get
        {
            lock (gate) return active;
        }
    }

    /// <summary>Since when there has been no alarm, as far as this process knows; null while there is one.</summary>
    public DateTime? QuietSince
    {
        get
        {
            lock (gate) return active.IsEmpty ? quietSince : null;
        }
    }

    /// <summary>Takes over one change.</summary>
    public void Apply(AlarmChange change)
    {
        lock (gate)
        {
            if (change.Alarm.State is AlarmState.Normal || change.Event is AlarmEvent.Withdrawn) byId.Remove(change.Alarm.Id);
            else byId[change.Alarm.Id] = change.Alarm;
            Sort(change.At);
            foreach (var follower in followers) follower.Put(change);
        }
    }

    /// <summary>Replaces everything, because changes were missed. Whoever follows is told to begin again.</summary>
    public void Reset(IEnumerable<Alarm> alarms)
    {
        lock (gate)
        {
            byId.Clear();
            foreach (var alarm in alarms) byId[alarm.Id] = alarm;
            Sort(time.GetUtcNow().UtcDateTime);
            foreach (var follower in followers) follower.BeginAgain();
        }
    }

    /// <summary>Follows every change from now on. What it is to begin with is read from <see cref="Active"/> afterwards.</summary>
    public AlarmFollower Follow(int capacity)
    {
        var follower = new AlarmFollower(this, capacity);
        lock (gate) followers = followers.Add(follower);
        return follower;
    }

    internal void Unfollow(AlarmFollower follower)
    {
        lock (gate) followers = followers.Remove(follower);
    }

    private void Sort(DateTime at)
    {
        var before = active;
        active = [.. byId.Values.Order(AlarmOrder.WorstFirst)];
        if (active.IsEmpty && !before.IsEmpty) quietSince = at;
    }
}
