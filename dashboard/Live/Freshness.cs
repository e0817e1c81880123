namespace Plantroom.Dashboard.Live;

/// <summary>Which values are too old to be shown as if they were now.</summary>
internal readonly struct Freshness(DashboardOptions options, DateTime now)
{
    /// <summary>Whether a point should have reported since: domain rule GW-02.</summary>
    public bool IsStale(PointDefinition point, Reading? newest)
    {
        if (newest is not { } reading) return point.ExpectedInterval is not null;
        return point.ExpectedInterval is { } expected && Age(reading) > Limit(expected);
    }

    /// <summary>How old a reading is; not negative, as a device's clock may be ahead of ours.</summary>
    public TimeSpan Age(Reading reading) => reading.Time < now ? now - reading.Time : TimeSpan.Zero;

    private TimeSpan Limit(TimeSpan expected)
    {
        var limit = expected * options.StaleAfterIntervals;
        return limit > options.StaleAtLeast ? limit : options.StaleAtLeast;
    }
}
