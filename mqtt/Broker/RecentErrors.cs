namespace Plantroom.Mqtt.Broker;

/// <summary>The newest clients that broke the protocol.</summary>
internal sealed class RecentErrors
{
    private const int Kept = 100;

    private readonly Lock gate = new();
    private readonly LinkedList<MqttProtocolError> errors = new();

    /// <summary>Newest first.</summary>
    public IReadOnlyList<MqttProtocolError> All
    {
        get
        {
            lock (gate) return [.. errors];
        }
    }

    public void Add(MqttProtocolError error)
    {
        lock (gate)
        {
            errors.AddFirst(error);
            if (errors.Count > Kept) errors.RemoveLast();
        }
    }
}
