using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Plantroom.Alerts;

/// <summary>The settings of the section <c>Alerts</c>.</summary>
public sealed class AlertsOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Alerts";

    /// <summary>
    /// Readings that are older than this when they arrive are history: they are stored, but raise and clear nothing. Default 2 minutes,
    /// 1 second to 1 day.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan MaxLateness { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// When a late reading is the newest of its point and nothing newer has come for so long, it is the last word of its device and can
    /// begin an alarm, as after a restart. Default 10 seconds, 1 second to 10 minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan LateSettle { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often delays and staleness are looked at when no reading comes. Default 1 second, 100 milliseconds to 1 minute.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan Tick { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How many batches of readings may wait for evaluation before the gateway waits. Default 1,024, 1 to 65,536.</summary>
    [Range(1, 65_536)]
    public int QueueCapacity { get; set; } = 1_024;

    /// <summary>How many pieces of work may wait to be stored before evaluation waits. Default 4,096, 16 to 65,536.</summary>
    [Range(16, 65_536)]
    public int DeskCapacity { get; set; } = 4_096;

    /// <summary>
    /// The longest time between two attempts to store alarms while the database fails; the first is after 100 milliseconds and each
    /// doubles. Default 10 seconds, 100 milliseconds to 5 minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan LongestRetry { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// When the rain is summed up and the warning colours follow, a Quartz cron expression with seconds. Default <c>0 * * * * ?</c>, each
    /// minute.
    /// </summary>
    [Required]
    public string RainCron { get; set; } = "0 * * * * ?";
}

/// <summary>Checks the ranges of <see cref="AlertsOptions"/> at start.</summary>
[OptionsValidator]
internal sealed partial class AlertsOptionsValidator : IValidateOptions<AlertsOptions>;
