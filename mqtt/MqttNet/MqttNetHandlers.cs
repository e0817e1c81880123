using Plantroom.Mqtt.Delivery;
using Plantroom.Mqtt.Topics;

namespace Plantroom.Mqtt.MqttNet;

/// <summary>The handlers of a client or of the process, and the filters that they want. May be used from any thread.</summary>
internal sealed class MqttNetHandlers
{
    private readonly Lock gate = new();
    private volatile (byte[] Filter, LocalSubscription Handler)[] all = [];

    /// <param name="filter">A valid topic filter, without <c>$share</c>.</param>
    /// <param name="handler">What is called.</param>
    public LocalSubscription Add(string filter, MqttHandler handler)
    {
        var added = new LocalSubscription(filter, handler);
        lock (gate) all = [.. all, (System.Text.Encoding.UTF8.GetBytes(filter), added)];
        return added;
    }

    public void Remove(LocalSubscription handler)
    {
        handler.End();
        lock (gate) all = [.. all.Where(one => one.Handler != handler)];
    }

    public IReadOnlyList<LocalSubscription> Matching(ReadOnlyMemory<byte> topic)
    {
        List<LocalSubscription>? matching = null;
        foreach (var (filter, handler) in all)
        {
            if (TopicRules.Matches(filter, topic.Span)) (matching ??= []).Add(handler);
        }

        return matching ?? (IReadOnlyList<LocalSubscription>)[];
    }

    /// <summary>Calls handlers one after the other, and completes when all of their calls have.</summary>
    /// <exception cref="HandlerException">A handler failed.</exception>
    public static async Task CallAsync(
        IReadOnlyList<LocalSubscription> handlers, MqttNetMessage message, bool retained, Func<int, MqttAcknowledgement> acknowledgement)
    {
        try
        {
            var running = new List<Task>();
            for (var i = 0; i < handlers.Count; i++)
            {
                var call = handlers[i].Call(message.View(), retained, acknowledgement(i));
                if (!call.IsCompletedSuccessfully) running.Add(call.AsTask());
            }

            await Task.WhenAll(running);
        }
        catch (Exception exception)
        {
            throw new HandlerException(exception);
        }
    }
}
