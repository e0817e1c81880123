namespace Plantroom.Mqtt.Broker;

/// <summary>Counts of a broker. Connections add to them once per batch.</summary>
internal sealed class Counters
{
    private int connections;
    private long received;
    private long sent;
    private long dropped;
    private long protocolErrors;
    private long failedLogins;
    private long throttledLogins;

    public MqttBrokerStatistics Snapshot => new(
        Volatile.Read(ref connections), Interlocked.Read(ref received), Interlocked.Read(ref sent), Interlocked.Read(ref dropped),
        Interlocked.Read(ref protocolErrors))
    {
        FailedLogins = Interlocked.Read(ref failedLogins),
        ThrottledLogins = Interlocked.Read(ref throttledLogins),
    };

    /// <returns>How many there are now.</returns>
    public int Connected() => Interlocked.Increment(ref connections);

    public void Disconnected() => Interlocked.Decrement(ref connections);

    public void Received(int count) => Interlocked.Add(ref received, count);

    public void Sent(int count) => Interlocked.Add(ref sent, count);

    public void Dropped() => Interlocked.Increment(ref dropped);

    public void LoginFailed() => Interlocked.Increment(ref failedLogins);

    public void LoginThrottled() => Interlocked.Increment(ref throttledLogins);

    public void ProtocolError() => Interlocked.Increment(ref protocolErrors);
}
