using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using Plantroom.Ingest.Commit;
using Plantroom.Ingest.Sqlite;

namespace Plantroom.Ingest.Delivery;

/// <summary>Keeps readings in the spool, as line protocol: what is delivered later is copied, and not made again.</summary>
internal sealed class SpoolKeeper(Spool spool, LastValues last, IOptions<SpoolOptions> options, TimeProvider clock, IFacilitySource? facility = null)
    : IReadingKeeper
{
    /// <summary>A record is delivered as a whole, so that batches fill up well when it is a fifth of one.</summary>
    private const int RecordsOfABatch = 5;

    /// <summary>With corrections: InfluxDB keeps fields that a line does not name, so a reading that was bad would stay so. One thread commits.</summary>
    private readonly LineProtocolWriter writer = new(facility, corrections: true);
    private readonly SpoolBuffer buffer = new();
    private readonly List<SpoolRecord> records = [];
    private readonly int most = options.Value.BatchReadings / RecordsOfABatch;

    public void Open() => spool.Open();

    public void Commit(CommitGroup group)
    {
        if (group.Count == 0) return;
        Write(group.Batches, clock.GetUtcNow().ToUnixTimeMilliseconds());
        spool.Append(buffer.Written.Span, CollectionsMarshal.AsSpan(records));
        foreach (var batch in group.Batches) last.Observe(batch.Readings);
    }

    public void Close() => spool.Close();

    private void Write(IReadOnlyList<ReadingBatch> batches, long arrived)
    {
        buffer.Clear();
        records.Clear();
        var (start, count) = (0, 0);
        foreach (var batch in batches)
        {
            for (var readings = batch.Readings; !readings.IsEmpty;)
            {
                if (count == 0) start = Begin();
                var part = readings[..Math.Min(readings.Length, most - count)];
                writer.Write(part, buffer);
                count += part.Length;
                readings = readings[part.Length..];
                if (count == most) End(start, ref count, arrived);
            }
        }

        if (count > 0) End(start, ref count, arrived);
    }

    private int Begin()
    {
        var start = buffer.Length;
        buffer.GetSpan(SpoolRecord.HeadSize);
        buffer.Advance(SpoolRecord.HeadSize);
        return start;
    }

    private void End(int start, ref int count, long arrived)
    {
        var record = buffer.From(start);
        SpoolRecord.Finish(record, count, arrived);
        records.Add(new(record.Length - SpoolRecord.HeadSize, count, arrived));
        count = 0;
    }
}
