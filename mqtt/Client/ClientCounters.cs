namespace Plantroom.Mqtt.Client;

/// <summary>What a client has done since it was made. Only the read loop, of which there is one at a time, counts what is received.</summary>
internal sealed class ClientCounters
{
    private long received;
    private long sentOnce;
    private long connections;

    public long Received => Volatile.Read(ref received);

    /// <summary>PUBLISH packets of QoS 0.</summary>
    public long SentOnce => Volatile.Read(ref sentOnce);

    /// <summary>Connections after the first one.</summary>
    public long Reconnects => Math.Max(0, Volatile.Read(ref connections) - 1);

    public void AddReceived() => Volatile.Write(ref received, received + 1);

    public void AddSentOnce() => Interlocked.Increment(ref sentOnce);

    public void AddConnection() => Interlocked.Increment(ref connections);
}
