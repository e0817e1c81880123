namespace Plantroom.Ingest.Status;

/// <summary>
/// How fast something grows, from its size now and then: over the last week, so that days with compaction and without weigh the same. Not
/// for several threads.
/// </summary>
internal sealed class Growth
{
    /// <summary>Less says more about what happens at the moment than about the days to come.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromHours(1);

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Window = TimeSpan.FromDays(7);
    private readonly Queue<(TimeSpan At, long Bytes)> samples = new();
    private (TimeSpan At, long Bytes) newest;

    /// <summary>Bytes a day; null as long as it cannot be told.</summary>
    public double? PerDay =>
        samples.TryPeek(out var oldest) && newest.At - oldest.At >= Least
            ? (newest.Bytes - oldest.Bytes) / (newest.At - oldest.At).TotalDays
            : null;

    /// <summary>Takes a size.</summary>
    /// <param name="at">When, since any fixed moment; rises.</param>
    /// <param name="bytes">The size.</param>
    public void Add(TimeSpan at, long bytes)
    {
        if (samples.Count == 0 || at - newest.At >= Every)
        {
            samples.Enqueue((at, bytes));
            newest = (at, bytes);
        }

        while (at - samples.Peek().At > Window && samples.Count > 1) samples.Dequeue();
    }
}
