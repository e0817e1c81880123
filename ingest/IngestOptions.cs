using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Plantroom.Ingest;

/// <summary>What survives a power failure.</summary>
public enum Durability
{
    /// <summary>Every commit is on the disk before it is acknowledged (SQLite <c>synchronous=FULL</c>).</summary>
    Full,

    /// <summary>
    /// A crash of the process loses nothing; a power failure may lose the newest commits although they were acknowledged
    /// (SQLite <c>synchronous=NORMAL</c>).
    /// </summary>
    ProcessCrash,
}

/// <summary>Where readings are stored.</summary>
public enum StoreKind
{
    /// <summary>In a database file of this process.</summary>
    Sqlite,

    /// <summary>In InfluxDB, behind a spool on the disk of this process.</summary>
    Influx,
}

/// <summary>Settings of the section <c>Ingest</c>: how readings are kept and for how long.</summary>
public sealed class IngestOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Ingest";

    /// <summary>Where readings are stored. Default <see cref="StoreKind.Sqlite"/>.</summary>
    [EnumDataType(typeof(StoreKind))]
    public StoreKind Store { get; set; } = StoreKind.Sqlite;

    /// <summary>
    /// How many batches may wait to be stored before their publishers wait. 1 to 1,000,000, default 1,024.
    /// </summary>
    [Range(1, 1_000_000)]
    public int QueueCapacity { get; set; } = 1024;

    /// <summary>
    /// From how many readings, or batches, on a commit takes no further batch. Larger commits cost less per reading and acknowledge
    /// later.
    /// 1 to 1,000,000, default 100,000 (about 100 ms).
    /// </summary>
    [Range(1, 1_000_000)]
    public int MaxCommit { get; set; } = 100_000;

    /// <summary>What an acknowledged reading survives. Default <see cref="Durability.Full"/>.</summary>
    [EnumDataType(typeof(Durability))]
    public Durability Durability { get; set; } = Durability.Full;

    /// <summary>The pause after a failed commit; doubles with each further failure. 10 ms to 1 min, default 200 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest pause between attempts. 10 ms to 10 min, default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan RetryDelayMax { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long readings are kept. The newest reading of a point is kept whatever its age. 1 h to 36,500 d, default 90 d.
    /// </summary>
    [Range(typeof(TimeSpan), "01:00:00", "36500.00:00:00")]
    public TimeSpan KeepRaw { get; set; } = TimeSpan.FromDays(90);

    /// <summary>
    /// How long sums of quarter hours are kept, at least as long as the readings. 1 h to 36,500 d, default 1,096 d (three years).
    /// </summary>
    [Range(typeof(TimeSpan), "01:00:00", "36500.00:00:00")]
    public TimeSpan KeepQuarterHours { get; set; } = TimeSpan.FromDays(1096);

    /// <summary>
    /// How long sums of hours are kept, at least as long as those of quarter hours. 1 h to 36,500 d, default 3,653 d (ten years).
    /// </summary>
    [Range(typeof(TimeSpan), "01:00:00", "36500.00:00:00")]
    public TimeSpan KeepHours { get; set; } = TimeSpan.FromDays(3653);

    /// <summary>
    /// How long sums of days are kept, at least as long as those of hours. 1 h to 36,500 d, default null: for ever.
    /// </summary>
    [Range(typeof(TimeSpan), "01:00:00", "36500.00:00:00")]
    public TimeSpan? KeepDays { get; set; }

    /// <summary>
    /// What is kept for another time: by class of equipment, for example <c>Ingest:Keep:lift:Raw</c>, or by class and point, for example
    /// <c>Ingest:Keep:lift/vibration:Raw</c>, which wins. Default none.
    /// </summary>
    public Dictionary<string, KeepOptions> Keep { get; } = new(StringComparer.Ordinal);

    /// <summary>How often readings that are too old are removed. 1 min to 30 d, default 1 d.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan CleanUpEvery { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// How many readings one transaction of the clean-up removes; commits wait for it. 100 to 1,000,000, default 5,000.
    /// </summary>
    [Range(100, 1_000_000)]
    public int CleanUpChunk { get; set; } = 5000;

    /// <summary>
    /// From which age on readings are packed; later ones cost more to bring in. 15 min to 30 d, default 2 h.
    /// </summary>
    [Range(typeof(TimeSpan), "00:15:00", "30.00:00:00")]
    public TimeSpan CompactAfter { get; set; } = TimeSpan.FromHours(2);

    /// <summary>How often the readings of the past are packed. 1 s to 1 d, default 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan CompactEvery { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The page cache of the writing connection in MB. 1 to 4,096, default 64.</summary>
    [Range(1, 4096)]
    public int CacheMegabytes { get; set; } = 64;

    /// <summary>
    /// The size of the write-ahead log in MB from which a commit moves it into the database. Larger writes each changed page less
    /// often and takes longer when it does. 1 to 4,096, default 256.
    /// </summary>
    [Range(1, 4096)]
    public int CheckpointMegabytes { get; set; } = 256;

    /// <summary>How many queries read at the same time; further ones wait. 1 to 64, default 4.</summary>
    [Range(1, 64)]
    public int Readers { get; set; } = 4;

    /// <summary>
    /// The most rows that one JSON answer of <c>/api/v1/history</c> has. Readings are counted before the answer begins, which holds 32
    /// bytes of each in memory. 100 to 10,000,000, default 100,000.
    /// </summary>
    [Range(100, 10_000_000)]
    public int AnswerLimit { get; set; } = 100_000;

    /// <summary>
    /// The most rows that one CSV answer of <c>/api/v1/history</c> has; it is sent as it is read. 100 to 2,000,000,000, default 10,000,000.
    /// </summary>
    [Range(100, 2_000_000_000)]
    public int StreamLimit { get; set; } = 10_000_000;

    /// <summary>The most points that one answer of <c>/api/v1/history</c> is about. 1 to 10,000, default 200.</summary>
    [Range(1, 10_000)]
    public int AnswerPoints { get; set; } = 200;

    /// <summary>
    /// How much of the disk is left to alarms, their journal and the broker, in MB: with less, readings are not kept, so not acknowledged,
    /// until a tenth more is free again. 0 for none, up to 1,000,000, default 100.
    /// </summary>
    [Range(0, 1_000_000)]
    public int MinFreeMegabytes { get; set; } = 100;

    /// <summary>
    /// When nothing could be stored for so long, readings that wait are held in memory, so that rules go on seeing new ones. 100 ms to
    /// 1 min, default 2 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan StuckAfter { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How many readings are held at most, each acknowledgement that is due counted as one more; about 32 bytes each. Beyond it, those that
    /// nobody waits for are dropped, oldest first, and the senders of the others wait. 100 to 50,000,000, default 500,000.
    /// </summary>
    [Range(100, 50_000_000)]
    public int MaxHeld { get; set; } = 500_000;

    /// <summary>When the state of the store becomes an alarm.</summary>
    [ValidateObjectMembers]
    public StorageAlarmOptions Alarms { get; set; } = new();
}

/// <summary>Checks the settings at start.</summary>
[OptionsValidator]
internal sealed partial class IngestOptionsValidator : IValidateOptions<IngestOptions>;
