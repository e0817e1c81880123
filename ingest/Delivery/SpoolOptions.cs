using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Plantroom.Ingest;

/// <summary>Settings of the section <c>Spool</c>: what lies on the disk in front of a remote store, and how it is delivered.</summary>
public sealed class SpoolOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Spool";

    /// <summary>
    /// How much the spool may take on the disk, in MB. When it is full nothing more is acknowledged and the senders wait: the oldest is kept.
    /// 16 to 1,000,000, default 10,240 (about 100 million readings).
    /// </summary>
    [Range(16, 1_000_000)]
    public int MaxMegabytes { get; set; } = 10_240;

    /// <summary>
    /// How old readings may become in the spool; older ones are removed, counted and not delivered. 1 min to 3,650 d; by default they wait for
    /// as long as it takes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00")]
    public TimeSpan? MaxAge { get; set; }

    /// <summary>
    /// From which size on a file of the spool is finished and the next one begun, in MB; a file goes when all of it is delivered.
    /// 1 to 256, default 16.
    /// </summary>
    [Range(1, 256)]
    public int SegmentMegabytes { get; set; } = 16;

    /// <summary>How many readings are handed over in one request, at most. 100 to 100,000, default 5,000.</summary>
    [Range(100, 100_000)]
    public int BatchReadings { get; set; } = 5000;

    /// <summary>How long readings may wait for a request to become full. 10 ms to 1 min, default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan BatchDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How many readings a second of the backlog are delivered beside the live ones, at most. 100 to 1,000,000,000, default 20,000 (half an
    /// hour at 5,000 readings/s takes 8 minutes).
    /// </summary>
    [Range(100, 1_000_000_000)]
    public int ReplayReadingsPerSecond { get; set; } = 20_000;
}

/// <summary>Checks the settings at start.</summary>
[OptionsValidator]
internal sealed partial class SpoolOptionsValidator : IValidateOptions<SpoolOptions>;
