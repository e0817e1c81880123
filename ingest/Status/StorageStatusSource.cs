using System.Globalization;
using Microsoft.Extensions.Options;
using Plantroom.Ingest.Commit;
using Plantroom.Ingest.Delivery;
using Plantroom.Ingest.Sqlite;

namespace Plantroom.Ingest.Status;

/// <summary>Puts together how the store is doing. May be used from any thread; looks at the disk at most once a second.</summary>
/// <param name="kind">Which store.</param>
/// <param name="folder">Where the readings are.</param>
/// <param name="freeBytes">What is free there.</param>
/// <param name="health">Whether readings are kept.</param>
/// <param name="overflow">Whether the store still answers.</param>
/// <param name="delivery">Whether a remote store takes them.</param>
/// <param name="options">How much of the disk is not for readings.</param>
/// <param name="clock">The clock.</param>
/// <param name="growth">
/// What the readings take; null when a remote store has them: what is delivered leaves the spool, so that it does not grow by the day.
/// </param>
internal sealed class StorageStatusSource(
    string kind,
    DataFolder folder,
    Func<long> freeBytes,
    IngestHealth health,
    Overflow overflow,
    DeliveryMonitor delivery,
    IOptions<IngestOptions> options,
    TimeProvider clock,
    StorageGrowth? growth = null)
    : IStorageStatus
{
    /// <summary>A store that does not come back from a commit for so long counts as one that fails.</summary>
    private static readonly TimeSpan Hanging = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Foreseeable = TimeSpan.FromDays(36_500);

    private readonly Lock gate = new();
    private readonly long started = clock.GetTimestamp();
    private TimeSpan? looked;
    private (long Bytes, long Unused, long Free) disk;

    public StorageStatus Current
    {
        get
        {
            lock (gate)
            {
                Look(clock.GetElapsedTime(started));
                return Put(delivery.Current);
            }
        }
    }

    private StorageStatus Put(DeliveryState spool) => new()
    {
        Kind = kind,
        NotKeeping = health.NotKeeping ?? Hangs(),
        NotDelivering = spool.NotDelivering,
        Bytes = disk.Bytes + spool.Bytes,
        FreeBytes = disk.Free,
        BytesPerDay = growth?.BytesPerDay,
        FullAt = FullAt(),
        SpoolReadings = spool.Readings,
        SpoolBytes = spool.Bytes,
        SpoolLimitBytes = spool.LimitBytes,
        SpoolSince = spool.Since,
        Refused = spool.Refused,
    };

    private string? Hangs() =>
        overflow.StuckFor is var stuck && stuck >= Hanging
            ? string.Create(CultureInfo.InvariantCulture, $"the store has not answered for {stuck.TotalSeconds:F0} s")
            : null;

    /// <summary>Pages of the database that became free are filled before it takes more of the disk.</summary>
    private DateTime? FullAt()
    {
        if (growth?.BytesPerDay is not (> 0 and var perDay)) return null;
        var days = Math.Max(0, disk.Free + disk.Unused - ((long)options.Value.MinFreeMegabytes << 20)) / perDay;
        return days < Foreseeable.TotalDays ? clock.GetUtcNow().UtcDateTime.AddDays(days) : null;
    }

    /// <summary>What cannot be looked at stays as it was: the next look may be luckier.</summary>
    private void Look(TimeSpan now)
    {
        if (looked is { } before && now - before < LookEvery) return;
        looked = now;
        try
        {
            var used = growth?.BytesUsed ?? 0;
            var unused = growth is null ? 0 : Math.Max(0, Length(folder.History) - used);
            disk = (used, unused, freeBytes());
        }
        catch (IOException)
        {
        }
    }

    private static long Length(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;
}
