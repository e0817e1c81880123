namespace Plantroom;

/// <summary>
/// Readings that travel together, with the acknowledgements that are due once all of them are kept. Immutable and shared: every
/// subscriber of the bus sees the same object.
/// </summary>
public sealed class ReadingBatch
{
    private readonly ReadOnlyMemory<Acknowledgement> acknowledgements;
    private int kept;

    /// <summary>Makes a batch. The memory belongs to the batch from here on.</summary>
    /// <param name="readings">In order of arrival.</param>
    /// <param name="acknowledgements">Due when the readings are kept, in order of arrival.</param>
    public ReadingBatch(ReadOnlyMemory<Reading> readings, ReadOnlyMemory<Acknowledgement> acknowledgements = default)
    {
        Memory = readings;
        this.acknowledgements = acknowledgements;
    }

    /// <summary>The readings, in order of arrival.</summary>
    public ReadOnlySpan<Reading> Readings => Memory.Span;

    /// <summary>The readings, for callers that must keep them across an await.</summary>
    public ReadOnlyMemory<Reading> Memory { get; }

    /// <summary>How many acknowledgements are due once it is kept; 0 when nobody waits to hear of it.</summary>
    public int Owed => acknowledgements.Length;

    /// <summary>Completes the acknowledgements. Called by the one subscriber that keeps readings, after its commit; once.</summary>
    /// <exception cref="InvalidOperationException">Called twice: two subscribers believe that they keep the readings.</exception>
    public void Kept()
    {
        if (Interlocked.Exchange(ref kept, 1) != 0) throw new InvalidOperationException("A batch of readings was acknowledged twice.");
        foreach (ref readonly var acknowledgement in acknowledgements.Span) acknowledgement.Complete();
    }
}
