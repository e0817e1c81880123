namespace Plantroom.Simulators.Publishing;

/// <summary>
/// Delivers the past behind the present: the oldest first, in bursts at a rate that leaves room for the readings of now.
/// </summary>
internal sealed class PastDelivery(SimulatorOptions options, TimeProvider time, BoundedPublisher publisher, Memory memory)
{
    private const int BurstsPerSecond = 20;

    /// <summary>Completes when everything is acknowledged.</summary>
    public async Task DeliverAsync(Backlog backlog, CancellationToken stopping)
    {
        var burst = Math.Max(1, options.BackfillRate / BurstsPerSecond);
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds((double)burst / options.BackfillRate), time);
        while (backlog.Messages.Count > 0)
        {
            var sent = 0;
            for (; sent < burst && backlog.TryTake(out var message); sent++)
                await publisher.PublishAsync(options.TopicOf(message.Equipment), message.Payload);
            await publisher.DrainAsync();
            memory.PastDelivered(sent);
            if (backlog.Messages.Count > 0) await pace.WaitForNextTickAsync(stopping);
        }
    }
}
