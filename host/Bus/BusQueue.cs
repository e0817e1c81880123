using System.Threading.Channels;
using Plantroom.Mqtt;

namespace Plantroom.Host.Bus;

/// <summary>
/// Messages that their publisher has kept by itself: when the broker is away it goes on after a moment, and they go out in order when the
/// broker is back.
/// </summary>
/// <param name="send">Brings one message to the broker, however long that takes.</param>
/// <param name="time">The clock.</param>
internal sealed class BusQueue<T>(Func<T, CancellationToken, Task> send, TimeProvider time)
    where T : class
{
    /// <summary>Beyond, the publisher waits. A change of an alarm has about 1 kB, so this is 10 MB, or days of an ordinary building.</summary>
    public const int Capacity = 10_000;

    /// <summary>How long the first publisher waits for a broker that does not answer; those behind it do not wait any more.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Channel<Item> items = Channel.CreateBounded<Item>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private volatile bool isStuck;

    /// <summary>How many messages wait; the one that is being sent does not count.</summary>
    public int Depth => items.Reader.Count;

    /// <summary>Completes when the broker has the message, or the message has its place and the broker does not answer.</summary>
    /// <exception cref="MqttException">The broker refuses this message, or refused an earlier one, for good.</exception>
    public async ValueTask PutAsync(T message, CancellationToken cancellationToken)
    {
        var sent = await AddAsync(message, cancellationToken);
        if (isStuck && !sent.IsCompleted) return;
        try
        {
            await sent.WaitAsync(Patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            isStuck = true;
        }
    }

    /// <summary>Completes when everything that was put before is sent, or nothing is sent any more.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        if (items.Reader.Completion.IsCompleted) return;
        var sent = await AddAsync(null, cancellationToken);
        await Task.WhenAny(sent).WaitAsync(cancellationToken);
    }

    /// <summary>Sends until it is cancelled, or the broker refuses a message for good.</summary>
    /// <returns>How many messages were left.</returns>
    public async Task<int> PumpAsync(CancellationToken stopping)
    {
        var left = 0;
        Exception why = new ObjectDisposedException(nameof(BusQueue<>));
        try
        {
            await foreach (var (message, sent) in items.Reader.ReadAllAsync(stopping))
            {
                left = 1;
                if (message is not null) await SendAsync(message, sent, stopping);
                left = 0;
                isStuck = false;
                sent.TrySetResult();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The end.
        }
        catch (MqttException e)
        {
            why = e;
        }

        items.Writer.TryComplete(why);
        while (items.Reader.TryRead(out var item))
        {
            left += item.Message is null ? 0 : 1;
            item.Sent.TrySetCanceled(CancellationToken.None);
        }

        return left;
    }

    private async Task<Task> AddAsync(T? message, CancellationToken cancellationToken)
    {
        var sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await items.Writer.WriteAsync(new(message, sent), cancellationToken);
        }
        catch (ChannelClosedException e) when (e.InnerException is not null)
        {
            return Task.FromException(e.InnerException);
        }

        return sent.Task;
    }

    private async Task SendAsync(T message, TaskCompletionSource sent, CancellationToken stopping)
    {
        try
        {
            await send(message, stopping);
        }
        catch (Exception e) when (e is OperationCanceledException or MqttException)
        {
            sent.TrySetException(e);
            _ = sent.Task.Exception; // nobody may be waiting for it
            throw;
        }
    }

    /// <summary>A message, or the end of those that somebody waits for; and whether it is sent.</summary>
    private readonly record struct Item(T? Message, TaskCompletionSource Sent);
}
