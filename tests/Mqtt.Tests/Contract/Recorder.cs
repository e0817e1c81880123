using System.Threading.Channels;

namespace Plantroom.Mqtt.Tests.Contract;

/// <summary>A handler that remembers what it was given.</summary>
internal sealed class Recorder
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Channel<Seen> seen = Channel.CreateBounded<Seen>(100_000);
    private int count;

    /// <summary>Whether it acknowledges at once.</summary>
    public bool Acknowledges { get; set; } = true;

    /// <summary>What its call returns; completed unless set.</summary>
    public Task Pause { get; set; } = Task.CompletedTask;

    /// <summary>How many it was given so far.</summary>
    public int Count => Volatile.Read(ref count);

    public ValueTask Handle(in MqttMessage message)
    {
        if (Acknowledges) message.Acknowledgement.Complete();
        Interlocked.Increment(ref count);
        seen.Writer.TryWrite(Seen.Of(message));
        return Pause.IsCompletedSuccessfully ? ValueTask.CompletedTask : new ValueTask(Pause);
    }

    /// <summary>The next message.</summary>
    public async Task<Seen> NextAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            return await seen.Reader.ReadAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("The handler was given nothing.");
        }
    }

    public async Task<IReadOnlyList<Seen>> NextAsync(int number)
    {
        var messages = new List<Seen>();
        for (var i = 0; i < number; i++) messages.Add(await NextAsync());
        return messages;
    }

    /// <summary>The payloads of the next messages.</summary>
    public async Task<IReadOnlyList<string>> PayloadsAsync(int number) => [.. (await NextAsync(number)).Select(m => m.Payload)];
}
