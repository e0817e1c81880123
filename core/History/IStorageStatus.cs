namespace Plantroom;

/// <summary>How the store of readings is doing, for pages, health and alarms.</summary>
public sealed record StorageStatus
{
    /// <summary>Which store: <c>sqlite</c> or <c>influx</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Why readings cannot be kept at the moment; null when they can. Their senders wait meanwhile.</summary>
    public string? NotKeeping { get; init; }

    /// <summary>Why the remote store does not take readings at the moment; null when it does, or there is none. They are kept in the spool.</summary>
    public string? NotDelivering { get; init; }

    /// <summary>What the readings take on this machine, in bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>What is free on the disk they are on, in bytes.</summary>
    public long FreeBytes { get; init; }

    /// <summary>By how much they grow a day, in bytes; null in the first two to three days, or when they are not stored here.</summary>
    public double? BytesPerDay { get; init; }

    /// <summary>
    /// When the disk is so full that readings are not kept any more if they go on growing like that, UTC; null when it cannot be told or they
    /// do not grow.
    /// </summary>
    public DateTime? FullAt { get; init; }

    /// <summary>What waits in the spool for the remote store, in readings.</summary>
    public long SpoolReadings { get; init; }

    /// <summary>What the spool takes on this machine, in bytes.</summary>
    public long SpoolBytes { get; init; }

    /// <summary>What the spool may take at most, in bytes; 0 when there is none.</summary>
    public long SpoolLimitBytes { get; init; }

    /// <summary>When the oldest of what waits came in, UTC; null when nothing waits.</summary>
    public DateTime? SpoolSince { get; init; }

    /// <summary>How many readings the remote store has refused since the start; they are set aside with its reason.</summary>
    public long Refused { get; init; }
}

/// <summary>Read port of the state of the store.</summary>
public interface IStorageStatus
{
    /// <summary>As it is now; at most some seconds old.</summary>
    StorageStatus Current { get; }
}
