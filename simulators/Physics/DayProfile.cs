namespace Plantroom.Simulators.Physics;

/// <summary>A quantity over the hours of a day: 24 values, one for each full hour, straight lines between them.</summary>
internal sealed class DayProfile
{
    private readonly double[] hours;
    private readonly double weekend;

    /// <param name="hours">24 values, from 0 to 23 o'clock.</param>
    /// <param name="weekend">What Saturdays and Sundays are multiplied with.</param>
    public DayProfile(double[] hours, double weekend = 1)
    {
        if (hours.Length != 24) throw new ArgumentException("A day has 24 hours.", nameof(hours));
        this.hours = hours;
        this.weekend = weekend;
    }

    public double At(DateTime local)
    {
        var hour = local.TimeOfDay.TotalHours;
        var from = (int)hour;
        var value = hours[from] + (hours[(from + 1) % 24] - hours[from]) * (hour - from);
        return local.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? value * weekend : value;
    }
}
