using MQTTnet;
using MQTTnet.Protocol;

namespace Plantroom.Mqtt.MqttNet;

/// <summary>The QoS 1 and 2 messages of a client until the broker has acknowledged them, across connections, in the order of the calls.</summary>
internal sealed class MqttNetOutbox(int maximumInFlight)
{
    private readonly Lock gate = new();
    private readonly LinkedList<Pending> waiting = new();
    private readonly LinkedList<Pending> sent = new();
    private MqttNetLink? link;
    private bool closed;

    public async ValueTask PublishAsync(MqttApplicationMessage message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var pending = new Pending(message);
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closed, this);
            waiting.AddLast(pending);
            Send();
        }

        try
        {
            await pending.Acknowledged.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            lock (gate) waiting.Remove(pending);
            throw;
        }
    }

    /// <summary>A new connection: what is not acknowledged is sent again, first.</summary>
    public void Attach(MqttNetLink newLink)
    {
        lock (gate)
        {
            link = newLink;
            while (sent.Last is { } last)
            {
                sent.RemoveLast();
                last.Value.Message.Dup = true;
                waiting.AddFirst(last);
            }

            Send();
        }
    }

    public void Detach()
    {
        lock (gate) link = null;
    }

    /// <summary>Nothing will be sent any more: whoever waits is told so.</summary>
    public void Fail()
    {
        lock (gate)
        {
            closed = true;
            foreach (var pending in sent.Concat(waiting))
                pending.Fail(new MqttException("The client was disconnected before the broker acknowledged the message."));
            sent.Clear();
            waiting.Clear();
        }
    }

    private void Send()
    {
        while (link is { } current && sent.Count < Math.Min(maximumInFlight, current.ReceiveMaximum) && waiting.First is { } first)
        {
            // MQTTnet sends the PUBRELs of messages that are under way together in any order, and brokers deliver in that order.
            if (first.Value.IsExactlyOnce && sent.Any(static s => s.IsExactlyOnce)) return;
            waiting.RemoveFirst();
            sent.AddLast(first);
            _ = SendAsync(current, first.Value);
        }
    }

    /// <summary>Starts within the lock, so that messages reach MQTTnet's own queue in order.</summary>
    private async Task SendAsync(MqttNetLink over, Pending pending)
    {
        try
        {
            await over.PublishAsync(pending.Message);
            pending.Acknowledged.TrySetResult();
        }
        catch (MqttException exception)
        {
            pending.Fail(exception);
        }
        catch (Exception)
        {
            // The connection has ended: it is sent again over the next one.
            return;
        }

        lock (gate)
        {
            sent.Remove(pending);
            Send();
        }
    }

    private sealed class Pending(MqttApplicationMessage message)
    {
        public MqttApplicationMessage Message => message;

        public bool IsExactlyOnce => message.QualityOfServiceLevel == MqttQualityOfServiceLevel.ExactlyOnce;

        public TaskCompletionSource Acknowledged { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Fail(MqttException exception)
        {
            Acknowledged.TrySetException(exception);

            // Whoever published may have stopped waiting for it.
            _ = Acknowledged.Task.Exception;
        }
    }
}
