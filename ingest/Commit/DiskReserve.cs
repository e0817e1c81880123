using System.Globalization;
using Microsoft.Extensions.Options;

namespace Plantroom.Ingest.Commit;

/// <summary>
/// Stops keeping readings before the disk is full, so that alarms, their journal and the broker's sessions, which are on the same disk, can
/// still be written. Goes on by itself when there is space again.
/// </summary>
/// <remarks>
/// What is free is asked for at most once a second, and sooner only when as much may have been written meanwhile that it matters: the path
/// of a commit costs a comparison. For one thread at a time, like every keeper.
/// </remarks>
internal sealed class DiskReserve(IReadingKeeper inner, Func<long> freeBytes, IOptions<IngestOptions> options, TimeProvider clock)
    : IReadingKeeper
{
    private const long Megabyte = 1024 * 1024;

    /// <summary>About what a commit writes whatever its size: the pages above the leaves, in the log and in the file.</summary>
    private const long BytesOfCommit = 64 * 1024;

    /// <summary>About what a reading writes, in the log and in the file, when few of its neighbours come with it.</summary>
    private const long BytesOfReading = 256;

    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(1);

    private readonly long reserve = options.Value.MinFreeMegabytes * Megabyte;
    private long asked;
    private long free;
    private string? refusal;

    public void Open() => inner.Open();

    public void Commit(CommitGroup group)
    {
        if (reserve > 0) Check(BytesOfCommit + (group.Count * BytesOfReading));
        inner.Commit(group);
    }

    public void Close() => inner.Close();

    /// <summary>What is free on the disk of a folder for a process without special rights, in bytes.</summary>
    /// <exception cref="IOException">It cannot be told.</exception>
    public static long FreeBytes(string folder) => new DriveInfo(folder).AvailableFreeSpace;

    private void Check(long bytes)
    {
        if (asked == 0 || free - bytes < reserve || clock.GetElapsedTime(asked) >= AskEvery)
        {
            free = freeBytes();
            asked = Math.Max(1, clock.GetTimestamp());
        }

        // A tenth more to begin again, or a disk at its limit would be refused and accepted in turn.
        var needed = bytes + (refusal is null ? reserve : reserve + (reserve / 10));
        if (free < needed)
        {
            // Worded once, so that it is one failure with one line in the log, not one for each megabyte.
            refusal ??= string.Create(
                CultureInfo.InvariantCulture,
                $"the disk has only {free / Megabyte} MB left, and {reserve / Megabyte} MB are held back for alarms (Ingest:MinFreeMegabytes)");
            throw new IOException(refusal);
        }

        refusal = null;
        free -= bytes;
    }
}
