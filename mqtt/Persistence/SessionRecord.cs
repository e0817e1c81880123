using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Persistence;

/// <summary>A session with its subscriptions, and the QoS 2 identifiers that it holds as a publisher.</summary>
/// <param name="store">The store.</param>
/// <param name="number">Its number in the file.</param>
/// <param name="clientId">Whose it is.</param>
internal sealed class SessionRecord(BrokerStore store, long number, string clientId) : Record(store)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, SubscriptionRow?> changed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SubscriptionRow?> writing = new(StringComparer.Ordinal);
    private readonly Dictionary<ushort, Action?> released = [];
    private readonly Dictionary<ushort, Action?> deleting = [];
    private readonly Dictionary<ushort, Pledged> pledged = [];
    private SessionState state;
    private bool ended;
    private bool inFile;
    private bool committed;
    private long lastDelivery;

    public long Number => number;

    public string ClientId => clientId;

    /// <summary>Whether it is gone for good.</summary>
    public bool IsEnded => Volatile.Read(ref ended);

    /// <summary>Says that it was found in the file, with deliveries up to a number.</summary>
    public void Restored(SessionState found, long last) => (state, lastDelivery, inFile, committed) = (found, last, true, true);

    /// <summary>The number of the next delivery. Called under the session's lock.</summary>
    public DeliveryKey NextDelivery() => new(number, ++lastDelivery);

    /// <summary>Sets how long it is kept, and since when its client is gone.</summary>
    public void Set(SessionState to)
    {
        lock (gate) state = to;
        Changed(Urgency.Now);
    }

    /// <summary>The will that waited is published.</summary>
    public void ClearWill()
    {
        lock (gate) state = state with { Will = null };
        Changed(Urgency.Now);
    }

    /// <summary>Adds or replaces a subscription; null removes it.</summary>
    public void Subscribe(string filter, SubscriptionRow? subscription)
    {
        lock (gate) changed[filter] = subscription;
        Changed(Urgency.Now);
    }

    /// <summary>The publisher has released the message of an identifier (PUBREL). It may use that anew when this is durable: it is told only
    /// then.</summary>
    public void Release(ushort packetId, Action? whenDurable = null)
    {
        lock (gate)
        {
            released[packetId] = whenDurable;
            if (pledged.ContainsKey(packetId)) pledged[packetId] = Pledged.Released;
        }

        Changed(Urgency.Now);
    }

    /// <summary>A pledge will write the identifier of a QoS 2 message that was taken.</summary>
    public void Receive(ushort packetId)
    {
        lock (gate) pledged[packetId] = Pledged.Waiting;
    }

    /// <summary>It is gone for good, with everything in it but its deliveries, which end one by one.</summary>
    public void End()
    {
        lock (gate) ended = true;
        Changed(Urgency.Now);
    }

    /// <summary>Writes the identifier; not one that was released too early, as a release that is written already would not remove it.</summary>
    public void WriteReceived(BrokerFile file, ushort packetId)
    {
        lock (gate)
        {
            if (ended || pledged.GetValueOrDefault(packetId) is Pledged.Released) return;
            pledged[packetId] = Pledged.Written;
        }

        file.InsertReceived(number, packetId);
    }

    /// <summary>The identifier is durable or will not be written, or else is to be written again.</summary>
    public void ReceivedWritten(ushort packetId, bool isOver)
    {
        lock (gate)
        {
            if (isOver) pledged.Remove(packetId);
            else if (pledged.GetValueOrDefault(packetId) is Pledged.Written) pledged[packetId] = Pledged.Waiting;
        }
    }

    /// <inheritdoc/>
    protected override void Keep()
    {
        committed = inFile;
        foreach (var tell in deleting.Values) tell?.Invoke();
        writing.Clear();
        deleting.Clear();
    }

    /// <inheritdoc/>
    protected override void WriteState(BrokerFile file)
    {
        SessionState now;
        lock (gate)
        {
            now = state;
            Take();
        }

        if (IsEnded)
        {
            if (inFile) file.DeleteSession(number);
            inFile = false;
            return;
        }

        file.PutSession(this, now);
        inFile = true;
        foreach (var (filter, row) in writing) file.PutSubscription(number, filter, row);
        foreach (var id in deleting.Keys) file.DeleteReceived(number, id);
    }

    /// <inheritdoc/>
    protected override void Undo()
    {
        inFile = committed;
        lock (gate)
        {
            foreach (var (filter, row) in writing) changed.TryAdd(filter, row);
            foreach (var (id, tell) in deleting) released.TryAdd(id, tell);
        }

        writing.Clear();
        deleting.Clear();
    }

    private enum Pledged : byte
    {
        Waiting,
        Written,
        Released,
    }

    private void Take()
    {
        foreach (var (filter, row) in changed) writing[filter] = row;
        changed.Clear();
        foreach (var (id, tell) in released) deleting[id] = tell;
        released.Clear();
    }
}

/// <summary>What is kept of a session beside its subscriptions.</summary>
/// <param name="Expiry">How long it outlives its connection.</param>
/// <param name="Left">When its client has left, UTC; null while it is connected.</param>
/// <param name="Will">The will that waits for its delay.</param>
/// <param name="UserName">The user that it belongs to; null for nobody's.</param>
internal readonly record struct SessionState(TimeSpan Expiry, DateTimeOffset? Left, WillMessage? Will, string? UserName);

/// <summary>A subscription as it is kept.</summary>
/// <param name="Options">QoS and options as on the wire (MQTT 5.0 section 3.8.3.1).</param>
/// <param name="Identifiers">The subscription identifier as it is on the wire; empty for none.</param>
internal sealed record SubscriptionRow(byte Options, byte[] Identifiers);
