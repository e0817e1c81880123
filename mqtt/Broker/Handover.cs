using Plantroom.Mqtt.Persistence;

namespace Plantroom.Mqtt.Broker;

/// <summary>What an ended session has left to others is kept on disk until it is durable there for them.</summary>
/// <param name="session">The session on disk; null when it is not there.</param>
/// <param name="left">What it has left. Tokens are indices.</param>
internal sealed class Handover(SessionRecord? session, IReadOnlyList<LeftMessage> left) : IMqttDebtor
{
    private int remaining = left.Count;

    /// <inheritdoc/>
    public void Acknowledge(long token)
    {
        left[(int)token].Record?.Move(DeliveryState.Gone, 0, Urgency.Soon);
        if (Interlocked.Decrement(ref remaining) == 0) session?.End();
    }
}
