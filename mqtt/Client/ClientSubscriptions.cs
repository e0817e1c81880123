using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Client;

/// <summary>The subscriptions of a client: asked for again on a new connection whose broker does not know them any more.</summary>
internal sealed class ClientSubscriptions
{
    private readonly Lock gate = new();
    private readonly List<Unsubscription> endings = [];
    private volatile ClientSubscription[] all = [];
    private bool closed;
    private ushort lastId = OutgoingMessages.LastId;

    /// <summary>Those there are now; another array whenever they change.</summary>
    public ClientSubscription[] All => all;

    public ClientSubscription Add(MqttSubscription wanted, MqttHandler handler, ClientLink? link)
    {
        var subscription = new ClientSubscription(wanted, handler);
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closed, this);
            all = [.. all, subscription];
            if (link is not null) Ask(subscription, link);
        }

        return subscription;
    }

    /// <summary>Ends the subscriptions of a filter. Their handlers get messages until the broker has confirmed it.</summary>
    public Task Remove(string filter, ClientLink? link)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closed, this);
            if (endings.Find(e => e.Filter == filter) is { } already && !Array.Exists(all, s => s.Filter == filter && !IsEnding(s)))
                return already.Confirmed;
            var ending = Array.FindAll(all, s => s.Filter == filter && !IsEnding(s));
            if (ending.Length == 0) return Task.CompletedTask;
            var unsubscription = new Unsubscription(filter, ending);
            endings.Add(unsubscription);
            if (link is not null) link.Outbound.Write(unsubscription.Packet(NextId(), link.Version));
            return unsubscription.Confirmed;
        }
    }

    /// <summary>A new connection. The caller pumps.</summary>
    public void Attach(ClientLink link)
    {
        lock (gate)
        {
            var known = link.Connack.SessionPresent;
            foreach (var ending in endings.ToArray())
            {
                if (known) link.Outbound.Write(ending.Packet(NextId(), link.Version));
                else End(ending, Reason.Success, null);
            }

            foreach (var subscription in all)
            {
                if (IsEnding(subscription)) continue;
                if (!known || !subscription.Granted.IsCompletedSuccessfully || subscription.PacketId != 0
                    || endings.Exists(e => e.Filter == subscription.Filter))
                    Ask(subscription, link);
            }
        }
    }

    /// <summary>The broker has answered a SUBSCRIBE.</summary>
    /// <returns>The filter that it has refused after it had granted it on an earlier connection, if so.</returns>
    public string? Answer(SubackPacket packet)
    {
        lock (gate)
        {
            var subscription = Array.Find(all, s => s.PacketId == packet.PacketId);
            if (subscription is null || packet.Reasons.Length != 1) return null;
            var wasGranted = subscription.Granted.IsCompletedSuccessfully;
            if (subscription.Complete(packet.Reasons[0], packet.ReasonString)) return null;
            Forget([subscription]);
            return wasGranted ? subscription.Filter : null;
        }
    }

    /// <summary>The broker has answered an UNSUBSCRIBE; in 3.1.1 it can only agree.</summary>
    public void AnswerEnding(SubackPacket packet)
    {
        lock (gate)
        {
            if (endings.Find(e => e.PacketId == packet.PacketId) is { } ending)
                End(ending, packet.Reasons is [var reason, ..] ? reason : Reason.Success, packet.ReasonString);
        }
    }

    public void Fail()
    {
        lock (gate)
        {
            closed = true;
            var exception = new MqttException("The client was disconnected before the broker answered.");
            foreach (var subscription in all) subscription.Fail(exception);
            foreach (var ending in endings) ending.Fail(exception);
        }
    }

    private bool IsEnding(ClientSubscription subscription) => endings.Exists(e => e.Ending.Contains(subscription));

    private void End(Unsubscription ending, byte reason, string? text)
    {
        endings.Remove(ending);
        ending.Complete(reason, text);
        if (reason < Reason.Unspecified) Forget(ending.Ending);
    }

    private void Forget(ClientSubscription[] gone)
    {
        foreach (var subscription in gone) subscription.Local.End();
        all = [.. all.Where(s => !gone.Contains(s))];
    }

    private void Ask(ClientSubscription subscription, ClientLink link)
    {
        if (subscription.Objection(link.Connack) is not { } objection)
        {
            link.Outbound.Write(subscription.Packet(NextId(), link.Version));
            return;
        }

        if (subscription.Granted.IsCompletedSuccessfully) link.Refused?.Invoke(subscription.Filter);
        subscription.Fail(objection);
        Forget([subscription]);
    }

    private ushort NextId() =>
        lastId = lastId == ushort.MaxValue ? (ushort)(OutgoingMessages.LastId + 1) : (ushort)(lastId + 1);
}
