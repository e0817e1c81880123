namespace Plantroom.Ingest.Sqlite.Queries;

/// <summary>The rise of a roll-up is only kept for what was a counter then.</summary>
internal static class RollupRise
{
    /// <summary>Whether the rise can be relied on: one that was not kept reads as 0, although the value changed.</summary>
    public static bool IsKept(in Summary stretch) => stretch.Rise != 0 || stretch.Min == stretch.Max;

    /// <summary>The stretch with its rise, which is told from its ends when it was not kept: right but for resets within it.</summary>
    public static Summary Of(in Summary stretch) => IsKept(stretch)
        ? stretch
        : Summary.Of(
            stretch.Count, stretch.Sum, stretch.Min, stretch.Max, stretch.First, stretch.Last, stretch.Held,
            Summary.RiseOf(stretch.First.Value, stretch.Last.Value));
}
