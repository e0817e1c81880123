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
        var ended = client is IEndingClient ending ? ending.Ended : CancellationToken.None;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ended);
        await client.SubscribeAsync(subscription, Take, cancellationToken);
        MqttReceived? last = null;
        try
        {
            while (true)
            {
                last?.Acknowledge();
                yield return last = await NextAsync(either.Token, cancellationToken);
            }
        }
        finally
        {
            if (!either.IsCancellationRequested) await EndAsync(client, subscription.Filter, last, either.Token);
        }
    }

    /// <exception cref="MqttException">The client was disconnected: nothing will come any more, and nothing can be acknowledged.</exception>
    private async ValueTask<MqttReceived> NextAsync(CancellationToken either, CancellationToken cancelled)
    {
        try
        {
            return await messages.Reader.ReadAsync(either);
        }
        catch (OperationCanceledException) when (!cancelled.IsCancellationRequested)
        {
            throw new MqttException("The client was disconnected.");
        }
    }

    /// <summary>The loop was left: nobody waits for what is here any more, and it must not hold up what comes after it.</summary>
    private async Task EndAsync(IMqttClient client, string filter, MqttReceived? last, CancellationToken cancellationToken)
    {
        last?.Acknowledge();
        messages.Writer.Complete();
        while (messages.Reader.TryRead(out var unread)) unread.Acknowledge();
        var ending = client.UnsubscribeAsync(filter, cancellationToken);
        if (client.IsConnected) await ending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // Without a connection, the wish is remembered for the next one: the loop does not wait for that.
        else _ = ending.ContinueWith(static t => t.Exception, TaskScheduler.Default);
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
