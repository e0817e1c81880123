namespace Plantroom.Mqtt.Broker;

/// <summary>Bytes of the messages that all sessions together keep in memory.</summary>
/// <param name="maximum">How many there may be.</param>
internal sealed class QueuedBytes(long maximum)
{
    /// <summary>About what a place in a queue and in a window costs beside the message.</summary>
    private const int PlaceSize = 128;

    private long bytes;

    public long Count => Volatile.Read(ref bytes);

    /// <summary>Whether one more may be kept. It counts for each session that it waits for, also when they share one copy.</summary>
    public bool HasRoom(int size) => Volatile.Read(ref bytes) + size + PlaceSize <= maximum;

    /// <param name="size">Bytes of one message; negative when it is gone.</param>
    public void Add(int size)
    {
        if (size != 0) Interlocked.Add(ref bytes, size > 0 ? size + PlaceSize : size - PlaceSize);
    }
}
