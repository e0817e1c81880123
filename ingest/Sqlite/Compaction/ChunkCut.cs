using Plantroom.Ingest.Sqlite.Packing;

namespace Plantroom.Ingest.Sqlite.Compaction;

/// <summary>A part of a buffer that becomes one chunk.</summary>
/// <param name="From">The index of its first reading.</param>
/// <param name="To">The index behind its last reading.</param>
/// <param name="Start">Where its period starts.</param>
/// <param name="End">Where its period ends.</param>
internal readonly record struct ChunkPiece(int From, int To, long Start, long End);

/// <summary>How many readings a chunk gets, and where it is cut.</summary>
internal static class ChunkCut
{
    /// <summary>
    /// A full chunk. Packing gets hardly better beyond it, and a question for a single reading unpacks one chunk, which takes about 0.2 ms.
    /// </summary>
    public const int Full = 16_384;

    /// <summary>How many rows become part of a chunk at a time, so that commits need not wait long for it.</summary>
    public const int AtOnce = 4096;

    /// <summary>From here on a chunk is not unpacked again to be filled up.</summary>
    public const int NearlyFull = Full * 7 / 8;

    /// <summary>What one chunk holds at most: a last bit is not worth a chunk of its own.</summary>
    public const int Most = Full * 5 / 4;

    /// <summary>How much time a chunk spans at most, so that what is too old is not kept because of what is not.</summary>
    private const long Span = 8 * StoredPeriod.Day;

    /// <summary>Where a chunk ends at the latest.</summary>
    public static long LatestEnd(long start) => StoredPeriod.FloorQuarter(start) + Span;

    /// <summary>
    /// Where to cut so that at most so many readings are before it: at a whole quarter hour, or inside one that alone has more.
    /// </summary>
    /// <param name="times">More readings than may be before the cut.</param>
    /// <param name="most">At least 1.</param>
    public static long Before(ReadOnlySpan<long> times, int most)
    {
        var quarter = StoredPeriod.FloorQuarter(times[most]);
        return quarter > times[0] ? quarter : times[most];
    }

    /// <summary>Cuts readings of a period into chunks.</summary>
    public static void Into(ChunkBuffer readings, long start, long end, List<ChunkPiece> pieces)
    {
        pieces.Clear();
        var from = 0;
        while (readings.Count - from > Most)
        {
            var rest = readings.Times.AsSpan(from, readings.Count - from);
            var cut = Before(rest, Full);
            var length = rest.BinarySearch(cut);
            var to = from + (length < 0 ? ~length : length);
            pieces.Add(new(from, to, start, cut));
            (from, start) = (to, cut);
        }

        pieces.Add(new(from, readings.Count, start, end));
    }
}
