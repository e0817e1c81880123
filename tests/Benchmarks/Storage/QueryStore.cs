using Microsoft.Extensions.Options;
using Plantroom.Ingest;
using Plantroom.Ingest.Commit;
using Plantroom.Ingest.Sqlite;
using Plantroom.Ingest.Sqlite.Compaction;

namespace Plantroom.Benchmarks.Storage;

/// <summary>Fills a store as the product does: commits first, then its past is packed.</summary>
internal sealed class QueryStore : IDisposable
{
    private readonly HistoryWriter writer;
    private readonly Random random = new(1);

    public QueryStore(DataFolder folder, LastValues last, IOptions<IngestOptions> options)
    {
        writer = new(folder, last, options);
        writer.Open();
    }

    public long Readings { get; private set; }

    /// <summary>Stores a random walk with one decimal.</summary>
    public void Add(PointId point, DateTime start, TimeSpan interval, int count)
    {
        var readings = new Reading[count];
        var value = 50.0;
        for (var i = 0; i < count; i++) readings[i] = new(point, start + (i * interval), Math.Round(value += random.NextDouble() - 0.5, 1));
        Append(readings.Chunk(100_000));
        Readings += count;
    }

    /// <summary>Stores batches, each commit on the disk before the next.</summary>
    /// <param name="batches">What comes.</param>
    /// <param name="most">From how many readings on a commit takes no further batch; 1: each batch alone.</param>
    public void Append(IEnumerable<Reading[]> batches, int most = 1)
    {
        var group = new CommitGroup();
        foreach (var batch in batches)
        {
            group.Add(new ReadingBatch(batch));
            if (!group.HasRoom(most)) Commit(group);
        }

        if (!group.IsEmpty) Commit(group);
    }

    /// <summary>Packs all but the last few minutes; says how many readings that were.</summary>
    public long Pack(DateTime end)
    {
        var before = StoredPeriod.FloorQuarter(StoredTime.ToMilliseconds(end));
        var round = new ClosingRound(new(before, before, 1), static name => PointTraits.Of(name, null));
        var packed = 0L;
        while (!round.IsDone)
            packed += writer.Upkeep(s => s.Closing.Run(round, ClosingBudget.Default, new HashSet<long>(), TimeProvider.System)).Readings;
        return packed;
    }

    public void Dispose() => writer.Dispose();

    private void Commit(CommitGroup group)
    {
        writer.Commit(group);
        group.Kept();
    }
}
