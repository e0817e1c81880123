namespace Plantroom;

/// <summary>From one moment to another.</summary>
/// <param name="From">The first moment, included, UTC.</param>
/// <param name="To">The end, not included, UTC.</param>
public readonly record struct TimeRange(DateTime From, DateTime To)
{
    /// <summary>How long it is.</summary>
    public TimeSpan Length => To - From;
}

/// <summary>What was found of one point.</summary>
/// <param name="Point">Which point.</param>
/// <param name="Items">Oldest first.</param>
public readonly record struct PointHistory<T>(PointId Point, IReadOnlyList<T> Items);

/// <summary>
/// Read port of the stored readings. Answers of the embedded store hold what was committed before the call; those of a remote store what
/// has reached it, which is a second later or, after it was away, longer.
/// </summary>
/// <remarks>
/// All members may be called from any thread. What is older than raw readings are kept is answered from roll-ups, as far as those are kept.
/// </remarks>
public interface IHistory
{
    /// <summary>The newest reading of each point that has one, in any order.</summary>
    ValueTask<IReadOnlyList<Reading>> LastAsync(IReadOnlyCollection<PointId> points, CancellationToken cancellationToken = default);

    /// <summary>All readings of a point in a range, bad ones included, oldest first, in blocks as they are read.</summary>
    IAsyncEnumerable<IReadOnlyList<Reading>> ReadAsync(PointId point, TimeRange range, CancellationToken cancellationToken = default);

    /// <summary>Points in windows of time, in the order of the request.</summary>
    ValueTask<IReadOnlyList<PointHistory<HistoryWindow>>> WindowsAsync(WindowRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Points as few samples for a chart, in the order of the request. The extremes stay: the range is cut into equal parts, and of each the
    /// smallest and the largest value are kept, in the order of time, and with them the first and the last reading of the range, see
    /// <see cref="Sampler"/>. A point with no more readings than that is answered with all of them. Bad readings are left out. Where
    /// roll-ups are read, or a remote store has picked the extremes, a sample lies within the part of its value, and the line begins and
    /// ends within a part of its first and last reading.
    /// </summary>
    ValueTask<IReadOnlyList<PointHistory<Sample>>> SampleAsync(SampleRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// How far a counter rose from one moment to another: the sum of its rises from its last reading at or before the start to its last one
    /// at or before the end. Here the end belongs to the range, so that neighbouring ranges share the reading on their boundary and their
    /// sums add up. A fall is a reset (or a roll-over): the counter went on from zero, so the new reading itself counts as the rise. Bad
    /// readings do not count. Null when there is no reading to tell it from.
    /// </summary>
    ValueTask<double?> CounterIncreaseAsync(PointId point, TimeRange range, CancellationToken cancellationToken = default);
}

/// <summary>A question for a chart.</summary>
/// <param name="Points">Which points.</param>
/// <param name="Range">From and to.</param>
/// <param name="Count">How many samples of each point at most, at least 2.</param>
public sealed record SampleRequest(IReadOnlyList<PointId> Points, TimeRange Range, int Count);

/// <summary>Short forms of questions.</summary>
public static class HistoryQuestions
{
    /// <summary>All readings of a point in a range, oldest first, in one list.</summary>
    public static ValueTask<IReadOnlyList<Reading>> RawAsync(
        this IHistory history, PointId point, TimeRange range, CancellationToken cancellationToken = default) =>
        FirstAsync(history, point, range, int.MaxValue, cancellationToken);

    /// <summary>The first readings of a point in a range, at most <paramref name="limit"/>, oldest first.</summary>
    public static async ValueTask<IReadOnlyList<Reading>> FirstAsync(
        this IHistory history, PointId point, TimeRange range, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(history);
        var all = new List<Reading>();
        await foreach (var block in history.ReadAsync(point, range, cancellationToken))
        {
            all.AddRange(block.Count <= limit - all.Count ? block : block.Take(limit - all.Count));
            if (all.Count == limit) break;
        }

        return all;
    }

    /// <summary>One point in windows of equal length, aligned to UTC.</summary>
    public static async ValueTask<IReadOnlyList<HistoryWindow>> WindowsAsync(
        this IHistory history, PointId point, TimeRange range, WindowLength every, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(history);
        return (await history.WindowsAsync(new WindowRequest([point], range, every), cancellationToken))[0].Items;
    }
}
