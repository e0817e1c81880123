namespace Plantroom.Mqtt.Delivery;

/// <summary>Several handlers that share one bit of an acknowledgement: the last of them pays. For messages with very many handlers.</summary>
internal sealed class JointDebt(IMqttDebtor debtor, long token, int handlers) : IMqttDebtor
{
    private int remaining = handlers;

    /// <inheritdoc/>
    public void Acknowledge(long ignored)
    {
        if (Interlocked.Decrement(ref remaining) == 0) debtor.Acknowledge(token);
    }
}
