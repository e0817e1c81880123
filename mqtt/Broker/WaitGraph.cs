namespace Plantroom.Mqtt.Broker;

/// <summary>
/// Which client's read loop waits for room at which other client. A wait that would close a circle is refused: a client makes room by
/// sending PUBACKs, and these are read by the very loop that would be waiting.
/// </summary>
internal sealed class WaitGraph
{
    private readonly Lock gate = new();
    private readonly Dictionary<Session, Session> waits = [];

    /// <param name="waiter">Who wants to wait; null when it is not a client, and so nobody waits for it.</param>
    /// <param name="target">For whom.</param>
    /// <returns>False when the target, in the end, waits for the waiter.</returns>
    public bool TryEnter(Session? waiter, Session target)
    {
        if (waiter is null) return true;
        lock (gate)
        {
            for (var at = target; at is not null; at = waits.GetValueOrDefault(at))
            {
                if (at == waiter) return false;
            }

            return waits.TryAdd(waiter, target);
        }
    }

    public void Leave(Session? waiter)
    {
        if (waiter is null) return;
        lock (gate) waits.Remove(waiter);
    }
}
