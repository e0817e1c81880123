using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Delivery;

/// <summary>
/// Calls the handlers of a message one after the other and remembers those that have not completed, so that the read loop can wait
/// for them before the next message. Allocates nothing while handlers complete at once.
/// </summary>
internal sealed class HandlerCalls
{
    private readonly List<Task> running = [];

    public bool MustWait => running.Count > 0;

    /// <summary>The bits that so many handlers owe, see <see cref="InboundAcknowledgements.Add(ushort, MqttQos, ulong)"/>.</summary>
    public static ulong Owed(int handlers) => (1UL << Math.Min(handlers, InboundAcknowledgements.MostHandlers)) - 1;

    /// <exception cref="HandlerException">A handler failed at once.</exception>
    public void Call(
        in PublishPacket packet, ReadOnlySpan<LocalSubscription> handlers, bool retained, IMqttDebtor? debtor, long sequence)
    {
        var own = handlers.Length > InboundAcknowledgements.MostHandlers ? InboundAcknowledgements.MostHandlers - 1 : handlers.Length;
        var joint = own < handlers.Length && debtor is not null
            ? new JointDebt(debtor, InboundAcknowledgements.Token(sequence, own), handlers.Length - own)
            : null;
        for (var i = 0; i < handlers.Length; i++)
        {
            var acknowledgement = i < own
                ? new MqttAcknowledgement(debtor, InboundAcknowledgements.Token(sequence, i))
                : new MqttAcknowledgement(joint, 0);
            Call(packet, handlers[i], retained, acknowledgement);
        }
    }

    /// <summary>Waits for the handlers that have not completed.</summary>
    /// <exception cref="HandlerException">A handler failed.</exception>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var task in running) await task.WaitAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw new HandlerException(exception);
        }
        finally
        {
            running.Clear();
        }
    }

    private void Call(in PublishPacket packet, LocalSubscription handler, bool retained, MqttAcknowledgement acknowledgement)
    {
        try
        {
            var call = handler.Call(packet, retained, acknowledgement);
            if (!call.IsCompletedSuccessfully) running.Add(call.AsTask());
        }
        catch (Exception exception)
        {
            throw new HandlerException(exception);
        }
    }
}
