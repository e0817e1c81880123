namespace Plantroom.Ingest.Sqlite.Queries;

/// <summary>Tells where the windows of a request end, in stored times.</summary>
internal sealed class WindowEnds(WindowRequest request, WindowGrid grid)
{
    private long last = long.MinValue;

    /// <summary>The end of the window that a time lies in.</summary>
    /// <remarks>
    /// Windows that no roll-up fits into count as quarter hours: the shortest roll-ups are then read where there is nothing else.
    /// </remarks>
    public long Of(long time)
    {
        if (RollupLevels.TooLong(request.Every.Usual.TotalMilliseconds))
            return StoredTime.WindowStart(time, StoredPeriod.QuarterHour) + StoredPeriod.QuarterHour;
        var start = StoredTime.FromMilliseconds(time);
        return last = StoredTime.ToMilliseconds(grid.Next(time == last ? start : grid.StartOf(start)));
    }
}
