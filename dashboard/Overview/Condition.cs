using Plantroom.Dashboard.Live;

namespace Plantroom.Dashboard.Overview;

/// <summary>How a piece of equipment is: its worst alarm, else whether its data can be believed.</summary>
/// <param name="Worst">Its worst alarm; null when it has none.</param>
/// <param name="Stale">How many of its points should have reported and did not.</param>
/// <param name="Bad">How many of its points report values that say nothing.</param>
internal readonly record struct Condition(Alarm? Worst, int Stale, int Bad)
{
    /// <summary>Whether anything is other than it should be.</summary>
    public bool IsAbnormal => Worst is not null || Stale > 0 || Bad > 0;

    /// <summary>For sorting, smallest first: alarms by priority and state, then missing data, then normal.</summary>
    public int Rank => Worst is { } alarm
        ? ((int)alarm.Priority * 10) + AlarmOrder.Rank(alarm.State)
        : IsAbnormal ? 100 : 200;

    /// <summary>The condition of a piece of equipment.</summary>
    /// <param name="equipment">Which.</param>
    /// <param name="alarms">Its alarms, worst first.</param>
    /// <param name="readings">The newest readings.</param>
    /// <param name="freshness">What is too old.</param>
    public static Condition Of(Equipment equipment, IEnumerable<Alarm> alarms, LiveReadings readings, Freshness freshness)
    {
        int stale = 0, bad = 0;
        foreach (var point in equipment.Points)
        {
            var newest = readings[point.Id];
            if (freshness.IsStale(point, newest)) stale++;
            else if (newest is { Quality.Level: QualityLevel.Bad }) bad++;
        }

        return new(alarms.FirstOrDefault(), stale, bad);
    }
}
