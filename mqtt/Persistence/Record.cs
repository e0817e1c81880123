namespace Plantroom.Mqtt.Persistence;

/// <summary>
/// A thing whose present state is kept in the file. However often it changes until its turn comes, it is written once; a thing that has
/// come and gone by then is not written at all.
/// </summary>
/// <remarks>
/// A record may be written by its own turn in the queue and as a part of a <see cref="Pledge"/>, also within one transaction: what is
/// written already is not written again. What it knows of the file belongs to the thread that commits.
/// </remarks>
internal abstract class Record(BrokerStore store) : Change<BrokerFile>
{
    private int scheduled;
    private bool wrote;

    protected BrokerStore Store => store;

    /// <summary>Says that it has changed.</summary>
    public void Changed(Urgency urgency)
    {
        if (Interlocked.Exchange(ref scheduled, 1) == 0) store.Add(this, urgency);
    }

    /// <summary>Says that a pledge will write it, so that it need not be added by itself until then.</summary>
    public void Expected() => Volatile.Write(ref scheduled, 1);

    /// <inheritdoc/>
    public sealed override void Write(BrokerFile file)
    {
        // Before the state is looked at: what changes from here on is another change.
        Interlocked.Exchange(ref scheduled, 0);
        wrote = true;
        WriteState(file);
    }

    /// <inheritdoc/>
    public sealed override void Committed()
    {
        wrote = false;
        Keep();
    }

    /// <inheritdoc/>
    public sealed override bool Failed(Exception exception)
    {
        var hadItsTurn = wrote;
        wrote = false;
        Undo();
        if (exception is ObjectDisposedException) return false;

        // Its next turn may be waiting in the queue already; but not before it had this one.
        return !hadItsTurn || Interlocked.Exchange(ref scheduled, 1) == 0;
    }

    /// <summary>Brings the state as it is now into the file.</summary>
    protected abstract void WriteState(BrokerFile file);

    /// <summary>What was written is durable.</summary>
    protected abstract void Keep();

    /// <summary>What was written since the last commit is not in the file.</summary>
    protected abstract void Undo();
}
