using System.Diagnostics.Metrics;

namespace Plantroom.Ingest.Sqlite.Compaction;

/// <summary>The part of the meter <c>Plantroom.Ingest</c> that tells of packing.</summary>
internal sealed class CompactionMetrics : IDisposable
{
    private readonly Meter meter;
    private readonly Counter<long> readings;
    private readonly Counter<long> late;
    private readonly Counter<long> chunks;
    private readonly Counter<long> left;
    private readonly Histogram<double> duration;

    public CompactionMetrics(IMeterFactory factory)
    {
        meter = factory.Create("Plantroom.Ingest");
        readings = meter.CreateCounter<long>("plantroom.ingest.compaction.readings", "{reading}", "Readings that were packed.");
        late = meter.CreateCounter<long>(
            "plantroom.ingest.compaction.late", "{reading}", "Readings that came after their time was packed, and were merged.");
        chunks = meter.CreateCounter<long>("plantroom.ingest.compaction.chunks", "{chunk}", "Chunks that were written.");
        left = meter.CreateCounter<long>(
            "plantroom.ingest.compaction.windows.left", "{window}", "Windows of roll-ups that a late reading could not change, by reason.");
        duration = meter.CreateHistogram<double>("plantroom.ingest.compaction.duration", "s", "How long commits had to wait for a transaction.");
    }

    public void Closed(in Closed closed, TimeSpan took)
    {
        readings.Add(closed.Readings);
        late.Add(closed.Late);
        chunks.Add(closed.Chunks);
        if (closed.Left > 0) left.Add(closed.Left, new KeyValuePair<string, object?>("reason", "parts_removed"));
        if (closed.Readings > 0) duration.Record(took.TotalSeconds);
    }

    public void Dispose() => meter.Dispose();
}
