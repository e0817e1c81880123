using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Plantroom.Mqtt.Client;

/// <summary>Messages of a subscription on their way to a consumer that asks for one after the other.</summary>
internal sealed class MessageStream(int capacity)
{
    private readonly Channel<MqttReceived> messages = Channel.CreateBounded<MqttReceived>(
        new BoundedChannelOptions(capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    public async IAsyncEnumerable<MqttReceived> ReadAsync(
        IMqttClient client, MqttSubscription subscription, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await client.SubscribeAsync(subscription, Take, cancellationToken);
        MqttReceived? last = null;
        try
        {
            while (true)
            {
                last?.Acknowledge();
                yield return last = await messages.Reader.ReadAsync(cancellationToken);
            }
        }
        finally
        {
            if (!cancellationToken.IsCancellationRequested) await EndAsync(client, subscription.Filter, last);
        }
    }

    /// <summary>The loop was left: nobody waits for what is here any more, and it must not hold up what comes after it.</summary>
    private async Task EndAsync(IMqttClient client, string filter, MqttReceived? last)
    {
        last?.Acknowledge();
        messages.Writer.Complete();
        while (messages.Reader.TryRead(out var unread)) unread.Acknowledge();
        await client.UnsubscribeAsync(filter, CancellationToken.None);
    }

    private ValueTask Take(in MqttMessage message)
    {
        var copy = new MqttReceived(message);
        if (messages.Writer.TryWrite(copy)) return ValueTask.CompletedTask;
        return WaitAsync(copy);
    }

    private async ValueTask WaitAsync(MqttReceived copy)
    {
        try
        {
            await messages.Writer.WriteAsync(copy, CancellationToken.None);
        }
        catch (ChannelClosedException)
        {
            copy.Acknowledge();
        }
    }
}
