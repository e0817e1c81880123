namespace Plantroom;

/// <summary>From one moment to another.</summary>
/// <param name="From">The first moment, included, UTC.</param>
/// <param name="To">The end, not included, UTC.</param>
public readonly record struct TimeRange(DateTime From, DateTime To)
{
    /// <summary>How long it is.</summary>
    public TimeSpan Length => To - From;
}

/// <summary>What a window of readings looked like. Bad readings do not count.</summary>
/// <param name="Start">The window's first moment, UTC.</param>
/// <param name="Count">How many readings; windows without any are left out of answers.</param>
/// <param name="Mean">Arithmetic mean of the values.</param>
/// <param name="Min">Smallest value.</param>
/// <param name="Max">Largest value.</param>
public readonly record struct HistoryWindow(DateTime Start, long Count, double Mean, double Min, double Max);

/// <summary>Read port of the stored readings. Answers hold what was committed before the call.</summary>
/// <remarks>All members may be called from any thread.</remarks>
public interface IHistory
{
    /// <summary>The newest reading of each point that has one, in any order.</summary>
    ValueTask<IReadOnlyList<Reading>> LastAsync(IReadOnlyCollection<PointId> points, CancellationToken cancellationToken = default);

    /// <summary>All readings of a point in a range, oldest first.</summary>
    ValueTask<IReadOnlyList<Reading>> RawAsync(PointId point, TimeRange range, CancellationToken cancellationToken = default);

    /// <summary>A point in windows of equal length, aligned to whole multiples of that length since 1970 UTC, oldest first.</summary>
    /// <param name="point">Which point.</param>
    /// <param name="range">From and to; windows that overlap it are answered with the readings within it.</param>
    /// <param name="every">The length of a window, at least one millisecond.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    ValueTask<IReadOnlyList<HistoryWindow>> WindowsAsync(
        PointId point, TimeRange range, TimeSpan every, CancellationToken cancellationToken = default);

    /// <summary>
    /// How far a counter rose from one moment to another: the sum of its rises from its last reading at or before the start to its last one
    /// at or before the end. Here the end belongs to the range, so that neighbouring ranges share the reading on their boundary and their
    /// sums add up. A fall is a reset (or a roll-over): the counter went on from zero, so the new reading itself counts as the rise. Bad
    /// readings do not count. Null when there is no reading to tell it from.
    /// </summary>
    ValueTask<double?> CounterIncreaseAsync(PointId point, TimeRange range, CancellationToken cancellationToken = default);
}
