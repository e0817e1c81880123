namespace Plantroom.Energy.Meters;

/// <summary>Asks history what meters counted.</summary>
internal sealed class MeterReader(IHistory history)
{
    /// <summary>The resolution of stored times.</summary>
    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(1);

    /// <summary>Far below what meters resolve: takes away what binary fractions add, as in 0.1 + 0.2.</summary>
    private const int Decimals = 6;

    /// <summary>
    /// What a meter counted from one moment to another in kWh, never negative; null when it has no counter, or sent no good reading in
    /// that time.
    /// </summary>
    /// <remarks>
    /// Between its readings at or before the start and at or before the end: neighbouring ranges share the reading on their boundary,
    /// so that together they tell what the whole range tells. What was counted while nothing was sent falls into the range in which
    /// the meter is heard of again.
    /// </remarks>
    public async ValueTask<double?> KilowattHoursAsync(Meter meter, TimeRange range, CancellationToken cancellationToken)
    {
        if (meter.Counter is not { } counter) return null;

        var increase = await history.CounterIncreaseAsync(counter.Point, range, cancellationToken);

        // A window holds its start and not its end; here it is the other way about. Stored times are whole milliseconds.
        if (increase is 0 && !await AnyReadingAsync(counter.Point, new(After(range.From), After(range.To)), cancellationToken)) return null;
        return increase * counter.KilowattHours;
    }

    /// <summary>For answers.</summary>
    public static double? Round(double? kilowattHours) => kilowattHours is { } value ? Math.Round(value, Decimals) : null;

    private async ValueTask<bool> AnyReadingAsync(PointId point, TimeRange range, CancellationToken cancellationToken)
    {
        await foreach (var block in history.ReadAsync(point, range, cancellationToken))
            if (block.Any(static r => r.Quality.Level is not QualityLevel.Bad))
                return true;
        return false;
    }

    private static DateTime After(DateTime time) => DateTime.MaxValue - time < Instant ? DateTime.MaxValue : time + Instant;
}
