namespace Plantroom.Mqtt.Broker;

/// <summary>Counts of a broker. Connections add to them once per batch.</summary>
internal sealed class Counters
{
    private int connections;
    private long received;
    private long sent;
    private long dropped;
    private long protocolErrors;
    private long unauthorized;
    private long bytesReceived;
    private long bytesSent;

    public MqttBrokerStatistics Snapshot => new(
        Volatile.Read(ref connections), Interlocked.Read(ref received), Interlocked.Read(ref sent), Interlocked.Read(ref dropped),
        Interlocked.Read(ref protocolErrors))
    {
        Unauthorized = Interlocked.Read(ref unauthorized),
        BytesReceived = Interlocked.Read(ref bytesReceived),
        BytesSent = Interlocked.Read(ref bytesSent),
    };

    /// <returns>How many there are now.</returns>
    public int Connected() => Interlocked.Increment(ref connections);

    public void Disconnected() => Interlocked.Decrement(ref connections);

    public void Received(int count) => Interlocked.Add(ref received, count);

    public void Sent(int count) => Interlocked.Add(ref sent, count);

    public void Dropped() => Interlocked.Increment(ref dropped);

    public void Unauthorized() => Interlocked.Increment(ref unauthorized);

    public void BytesReceived(long count) => Interlocked.Add(ref bytesReceived, count);

    public void BytesSent(long count) => Interlocked.Add(ref bytesSent, count);

    public void ProtocolError() => Interlocked.Increment(ref protocolErrors);
}
