namespace Plantroom.Mqtt.Persistence;

/// <summary>
/// What must be durable before a publisher is told that its message is: written in one transaction, so that after a crash all of it is
/// there or nothing. A subscriber that has acknowledged by then needs nothing any more; when that is all of it, nothing is written.
/// </summary>
/// <remarks>It is built by one thread, which then calls <see cref="Submit"/>.</remarks>
/// <param name="store">The store.</param>
internal sealed class Pledge(BrokerStore store) : Change<BrokerFile>, IMqttDebtor
{
    private readonly List<Record> parts = [];
    private SessionRecord? sender;
    private ushort packetId;
    private IMqttDebtor? debtor;
    private long token;
    private ulong handlers;
    private int awaited = 1;
    private int unsettled = 1;
    private int paid;
    private int added;
    private Urgency urgency = Urgency.Soon;

    /// <summary>Adds a delivery.</summary>
    /// <param name="delivery">The delivery, of which nobody else knows yet.</param>
    /// <param name="isSent">Whether it is on its way, so that it may be acknowledged at any moment.</param>
    public void Add(DeliveryRecord delivery, bool isSent)
    {
        Interlocked.Increment(ref unsettled);
        delivery.Promise(this);
        parts.Add(delivery);
        if (!isSent) urgency = Urgency.Now;
    }

    /// <summary>Adds something that must be durable in any case.</summary>
    public void Add(Record record)
    {
        Interlocked.Increment(ref unsettled);
        parts.Add(record);
        urgency = Urgency.Now;
    }

    /// <summary>Adds the identifier of a QoS 2 message: from then on, it is not taken again under this identifier.</summary>
    /// <param name="from">The session of the publisher.</param>
    /// <param name="id">The identifier.</param>
    /// <param name="owed">A bit for each handler that must complete first: a crash before that must let the message come again.</param>
    /// <returns>This.</returns>
    public Pledge AddReceived(SessionRecord from, ushort id, ulong owed)
    {
        Interlocked.Increment(ref unsettled);
        (sender, packetId, handlers, urgency) = (from, id, owed, Urgency.Now);
        from.Receive(id);
        if (owed != 0) awaited++;
        return this;
    }

    /// <summary>Says who waits. It is written as soon as no handler is awaited any more.</summary>
    public void Submit(IMqttDebtor? to, long withToken)
    {
        (debtor, token) = (to, withToken);
        Arrived();
    }

    /// <summary>A handler has completed.</summary>
    public void Acknowledge(long ofHandler)
    {
        var bit = 1UL << (int)(ofHandler & 63);
        var before = Interlocked.And(ref handlers, ~bit);
        if (before == bit) Arrived();
    }

    /// <summary>The publisher is not told: what is owed to subscribers is written all the same, without the identifier, so that it may
    /// come again.</summary>
    public void Abandon()
    {
        if (Interlocked.Exchange(ref added, 1) != 0) return;
        sender?.ReceivedWritten(packetId, isOver: true);
        (sender, debtor) = (null, null);
        store.Add(this, urgency);
    }

    /// <summary>A delivery is over before it was written.</summary>
    public void Settle()
    {
        if (Interlocked.Decrement(ref unsettled) == 0) Pay();
    }

    /// <inheritdoc/>
    public override void Write(BrokerFile file)
    {
        foreach (var part in parts) part.Write(file);
        sender?.WriteReceived(file, packetId);
    }

    /// <inheritdoc/>
    public override void Committed()
    {
        foreach (var part in parts) part.Committed();
        sender?.ReceivedWritten(packetId, isOver: true);
        Pay();
    }

    /// <inheritdoc/>
    public override bool Failed(Exception exception)
    {
        // They stay parts: that they ask to be tried again by themselves is of no interest.
        foreach (var part in parts) part.Failed(exception);
        sender?.ReceivedWritten(packetId, isOver: false);
        return exception is not ObjectDisposedException;
    }

    private void Arrived()
    {
        if (Interlocked.Decrement(ref awaited) > 0) return;
        if (Interlocked.Exchange(ref added, 1) != 0) return;
        if (Interlocked.Decrement(ref unsettled) == 0) Pay();
        else store.Add(this, urgency);
    }

    private void Pay()
    {
        if (Interlocked.Exchange(ref paid, 1) == 0) debtor?.Acknowledge(token);
    }
}
