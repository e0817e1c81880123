namespace Plantroom.Mqtt.Client;

/// <summary>Publishes that wait for a packet identifier, in order. Linked through themselves, so that one whose caller gives up can leave
/// from the middle. Not thread-safe: its owner locks.</summary>
internal sealed class PublishQueue
{
    private PendingPublish? first;
    private PendingPublish? last;

    public void Add(PendingPublish pending)
    {
        (pending.Before, pending.After, pending.IsWaiting) = (last, null, true);
        if (last is null) first = pending;
        else last.After = pending;
        last = pending;
    }

    public bool TryTake(out PendingPublish? pending)
    {
        pending = first;
        if (pending is null) return false;
        Remove(pending);
        return true;
    }

    public void Remove(PendingPublish pending)
    {
        if (!pending.IsWaiting) return;
        if (pending.Before is null) first = pending.After;
        else pending.Before.After = pending.After;
        if (pending.After is null) last = pending.Before;
        else pending.After.Before = pending.Before;
        (pending.Before, pending.After, pending.IsWaiting) = (null, null, false);
    }
}
