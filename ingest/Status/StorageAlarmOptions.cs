using System.ComponentModel.DataAnnotations;

namespace Plantroom.Ingest;

/// <summary>Settings of the section <c>Ingest:Alarms</c>: when the state of the store becomes an alarm, and for how long it must last.</summary>
public sealed class StorageAlarmOptions
{
    /// <summary>How long a condition must be met before its alarm is raised. 0 to 1 h, default 3 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan OnDelay { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a condition must be over before its alarm returns. 0 to 1 h, default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan OffDelay { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Below how many free MB the disk is nearly full. 0 for never, up to 10,000,000, default 1,000.</summary>
    [Range(0, 10_000_000)]
    public int LowFreeMegabytes { get; set; } = 1_000;

    /// <summary>Within which time the disk would be full at the present growth, to say so. 0 for never, up to 3,650 d, default 14 d.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan FullWithin { get; set; } = TimeSpan.FromDays(14);

    /// <summary>For how long readings may wait for the remote store. 1 s to 30 d, default 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan MaxSpoolAge { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How much of its bound the spool may take, in percent. 1 to 100, default 50.</summary>
    [Range(1, 100)]
    public int MaxSpoolFill { get; set; } = 50;

    /// <summary>For how long it is told that the remote store refused readings. 1 min to 30 d, default 1 h.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan TellRefusals { get; set; } = TimeSpan.FromHours(1);
}
