namespace Plantroom;

/// <summary>What can be asked of windows besides what a <see cref="Summary"/> tells at once.</summary>
[Flags]
public enum WindowExtras
{
    /// <summary>Count, mean, smallest, largest, sum, first and last only. Windows without readings are left out.</summary>
    None = 0,

    /// <summary>
    /// <see cref="HistoryWindow.TimeWeightedMean"/>. As values hold until the next reading, windows without readings are answered too once
    /// a value is known.
    /// </summary>
    TimeWeightedMean = 1,

    /// <summary><see cref="HistoryWindow.Increase"/>; windows without readings as for <see cref="TimeWeightedMean"/>.</summary>
    Increase = 2,

    /// <summary><see cref="HistoryWindow.InState"/>; windows without readings as for <see cref="TimeWeightedMean"/>.</summary>
    InState = 4,
}

/// <summary>A question for windows.</summary>
/// <param name="Points">Which points.</param>
/// <param name="Range">
/// From and to; windows that overlap it are answered with the readings within it. Values hold up to its end, so it should not lie in the future.
/// </param>
/// <param name="Every">How long the windows are.</param>
public sealed record WindowRequest(IReadOnlyList<PointId> Points, TimeRange Range, WindowLength Every)
{
    /// <summary>Whose clock and calendar the windows follow. Default UTC.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>What is wanted besides the summary. Default nothing.</summary>
    public WindowExtras Extras { get; init; }

    /// <summary>The state that <see cref="HistoryWindow.InState"/> is about. Default 1: on.</summary>
    public double State { get; init; } = 1;

    /// <summary>The most windows of one point: the first ones are answered. Default all.</summary>
    public int Limit { get; init; } = int.MaxValue;
}

/// <summary>What a window of readings looked like. Bad readings do not count.</summary>
/// <param name="Start">The window's first moment, UTC; it may lie before the range that was asked for.</param>
/// <param name="Count">How many readings; 0 only with <see cref="WindowExtras"/>.</param>
/// <param name="Mean">Arithmetic mean of the values; NaN without readings.</param>
/// <param name="Min">Smallest value; NaN without readings.</param>
/// <param name="Max">Largest value; NaN without readings.</param>
public readonly record struct HistoryWindow(DateTime Start, long Count, double Mean, double Min, double Max)
{
    /// <summary>The start of the next window, UTC.</summary>
    public DateTime End { get; init; }

    /// <summary>The sum of the values.</summary>
    public double Sum { get; init; }

    /// <summary>The earliest reading; null without readings.</summary>
    public Sample? First { get; init; }

    /// <summary>The latest reading; null without readings.</summary>
    public Sample? Last { get; init; }

    /// <summary>
    /// The mean of the values, each weighed with how long it held, over the part of the window for which a value is known; null when not
    /// asked for or not known.
    /// </summary>
    public double? TimeWeightedMean { get; init; }

    /// <summary>
    /// How far a counter rose, as <see cref="IHistory.CounterIncreaseAsync"/> over the part of the window that is within the range: a reading
    /// exactly on a boundary shows the rise of the window before it, so the windows of a range add up to its whole rise. Null when not
    /// asked for or not known.
    /// </summary>
    public double? Increase { get; init; }

    /// <summary>How long the value was the asked state, within the range; null when not asked for or not known.</summary>
    public TimeSpan? InState { get; init; }
}
