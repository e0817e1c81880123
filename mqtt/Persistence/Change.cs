namespace Plantroom.Mqtt.Persistence;

/// <summary>Something to be brought into a file. Called by the thread that commits.</summary>
internal abstract class Change<TFile>
{
    /// <summary>
    /// Writes it, within a transaction. Called when its turn comes, which may be long after it was added: what has become pointless
    /// meanwhile writes nothing, and so never touches the disk.
    /// </summary>
    public abstract void Write(TFile file);

    /// <summary>What it has written is durable.</summary>
    public abstract void Committed();

    /// <summary>Nothing of its group is in the file, also when <see cref="Write"/> was called.</summary>
    /// <param name="exception">Why; <see cref="ObjectDisposedException"/> when the file is closed and nothing is tried again.</param>
    /// <returns>Whether it is to be tried again, before what was added later.</returns>
    public abstract bool Failed(Exception exception);
}

/// <summary>How soon a change has to be committed. What becomes pointless until then is never written.</summary>
internal enum Urgency
{
    /// <summary>With the next group.</summary>
    Now,

    /// <summary>Within 20 ms: long enough for a client that is connected to acknowledge, short enough for a publisher that waits.</summary>
    Soon,

    /// <summary>Within a second: nobody waits for it.</summary>
    Later,
}
