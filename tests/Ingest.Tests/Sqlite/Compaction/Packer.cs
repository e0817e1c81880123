using Plantroom.Ingest.Sqlite;
using Plantroom.Ingest.Sqlite.Compaction;

namespace Plantroom.Ingest.Tests.Sqlite;

/// <summary>Runs rounds of packing and removing on a store, one transaction after the other.</summary>
internal sealed class Packer(Store store, TimeZoneInfo? zone = null)
{
    private static readonly HashSet<long> NoneDamaged = [];

    public PointTraits Traits { get; } = new(new(new(1, WindowUnit.Day), zone ?? TimeZoneInfo.Utc), true);

    public static ClosingTimes At(DateTime now)
    {
        var before = StoredPeriod.FloorQuarter(StoredTime.ToMilliseconds(now.AddHours(-2)));
        return new(before, before - (6 * StoredPeriod.Hour), 1024);
    }

    public ClosingRound Round(DateTime now) => new(At(now), _ => Traits);

    /// <summary>One transaction.</summary>
    public Closed Slice(ClosingRound round, int readings = 8192) =>
        store.Writer.Upkeep(s => s.Closing.Run(round, new(readings, 500, TimeSpan.FromMinutes(1)), NoneDamaged, TimeProvider.System));

    /// <summary>A whole round.</summary>
    public Closed Run(DateTime now)
    {
        var (round, sum) = (Round(now), default(Closed));
        while (!round.IsDone) sum = sum.Plus(Slice(round));
        return sum;
    }
}
