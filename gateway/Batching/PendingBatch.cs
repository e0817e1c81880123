using Plantroom.Mqtt;

namespace Plantroom.Gateway;

/// <summary>A batch that is being filled. Not safe for several threads; its owner's lock is.</summary>
/// <param name="expected">How many readings to make room for at first.</param>
internal sealed class PendingBatch(int expected)
{
    private Reading[] readings = new Reading[expected];
    private Acknowledgement[] acknowledgements = new Acknowledgement[expected];
    private int owed;
    private TaskCompletionSource? turn;

    /// <summary>How many readings it holds.</summary>
    public int Count { get; private set; }

    /// <summary>Completes when this batch is the next to be published; made only when somebody waits.</summary>
    public Task Turn => (turn ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>
    /// Whether a message still fits. One that is larger than a whole batch fits an empty one; messages that were rejected count too, as
    /// each leaves an acknowledgement here.
    /// </summary>
    public bool Takes(int added, int maxBatch) => owed < maxBatch && (Count == 0 || Count + added <= maxBatch);

    public void Add(ReadOnlySpan<Reading> added, MqttAcknowledgement acknowledgement)
    {
        if (Count + added.Length > readings.Length) Array.Resize(ref readings, Math.Max(Count + added.Length, readings.Length * 2));
        added.CopyTo(readings.AsSpan(Count));
        Count += added.Length;
        if (acknowledgement.Debtor is not { } debtor) return;
        if (owed == acknowledgements.Length) Array.Resize(ref acknowledgements, owed * 2);
        acknowledgements[owed++] = new(static (debtor, token) => ((IMqttDebtor)debtor).Acknowledge(token), debtor, acknowledgement.Token);
    }

    public void ItsTurn() => turn?.SetResult();

    /// <summary>Hands the memory over; nothing is added from here on.</summary>
    public ReadingBatch Close() => new(readings.AsMemory(0, Count), acknowledgements.AsMemory(0, owed));
}
