using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Persistence;

namespace Plantroom.Mqtt.Broker;

/// <content>What of the session is on disk.</content>
internal sealed partial class Session : IThreadPoolWorkItem
{
    /// <summary>Messages of QoS 2 whose PUBREL waits until the disk knows that they were received.</summary>
    private readonly Queue<(ushort Id, DeliveryRecord Record)> releases = new();
    private Action? wake;
    private int waking;

    /// <summary>The session on disk; null when it does not outlive its connection or nothing is kept on disk. Owned by
    /// <see cref="Sessions"/>.</summary>
    public SessionRecord? Record { get; set; }

    /// <summary>The will on disk of a client whose session is not; owned by <see cref="Sessions"/>.</summary>
    public SessionRecord? WillRecord { get; set; }

    private bool Persists => keeps && Record is not null;

    /// <summary>Takes up what was found on disk.</summary>
    public void Restore(IEnumerable<DeliveryRecord> deliveries)
    {
        lock (gate)
        {
            keeps = true;
            foreach (var delivery in deliveries) Restore(delivery);
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        Volatile.Write(ref waking, 0);
        Drain();
        Connection?.Outbound.Pump();
    }

    private void Restore(DeliveryRecord delivery)
    {
        var ((qos, retain, identifiers, group), message) = (delivery.Options, delivery.Message);
        var isReleased = delivery.State == DeliveryState.Released;
        var waiting = isReleased
            ? new Waiting { Qos = qos, Record = delivery }
            : new Waiting(message, qos, retain, message.Size, identifiers, group, delivery);
        if (qos == MqttQos.ExactlyOnce) delivery.WhenDurable = Waker();
        Account(waiting.Bytes);

        // A message of QoS 1 that was sent after one of which the disk does not know that, comes after it again.
        var hadIdentifier = delivery.State != DeliveryState.Waiting && (pending.Count == 0 || qos == MqttQos.ExactlyOnce);
        if (!hadIdentifier || !window.TryRestore(delivery.PacketId, waiting, qos, isReleased)) pending.Enqueue(waiting);
    }

    private bool HasRoomOnDisk(int bytes) => !Persists || broker.Store!.HasRoom(bytes);

    /// <summary>Adds a message to what must be durable.</summary>
    /// <param name="waiting">The message.</param>
    /// <param name="sentAs">The identifier under which it was sent; 0 when it was not.</param>
    /// <param name="pledge">What must be durable.</param>
    private Waiting Promise(in Waiting waiting, ushort sentAs, ref Pledge? pledge)
    {
        if (!Persists) return waiting;
        var delivery = NewRecord(waiting, sentAs);
        (pledge ??= new Pledge(broker.Store!)).Add(delivery, isSent: sentAs != 0);
        return waiting with { Record = delivery };
    }

    /// <summary>Brings a message to the disk that nobody waits for.</summary>
    private Waiting Keep(in Waiting waiting)
    {
        if (!Persists) return waiting;
        var delivery = NewRecord(waiting, 0);
        delivery.Changed(Urgency.Soon);
        return waiting with { Record = delivery };
    }

    private DeliveryRecord NewRecord(in Waiting waiting, ushort sentAs)
    {
        var options = new DeliveryOptions(waiting.Qos, waiting.Retain, waiting.Identifiers ?? [], waiting.Group);
        var delivery = new DeliveryRecord(broker.Store!, Record!.NextDelivery(), waiting.Message!, options);
        if (waiting.Qos == MqttQos.ExactlyOnce) delivery.WhenDurable = Waker();
        delivery.Begin(sentAs == 0 ? DeliveryState.Waiting : DeliveryState.Sent, sentAs);
        return delivery;
    }

    private void ReleaseWhenDurable(ushort id, DeliveryRecord delivery)
    {
        releases.Enqueue((id, delivery));
        delivery.Move(DeliveryState.Released, id, Urgency.Now);
    }

    private void DrainReleases(Connection live)
    {
        while (releases.TryPeek(out var next) && (next.Record.IsDurable || next.Record.State == DeliveryState.Gone))
        {
            live.Outbound.Write([new Answer(PacketType.Pubrel, next.Id)]);
            releases.Dequeue();
        }
    }

    /// <summary>Called by the thread that commits, which is not to send.</summary>
    private Action Waker() => wake ??= () =>
    {
        if (Interlocked.Exchange(ref waking, 1) == 0) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    };
}
