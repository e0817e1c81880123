using System.Diagnostics.Metrics;

namespace Plantroom.Ingest;

/// <summary>The meter <c>Plantroom.Ingest</c>.</summary>
internal sealed class IngestMetrics : IDisposable
{
    private readonly Meter meter;
    private readonly Counter<long> committed;
    private readonly Counter<long> commits;
    private readonly Counter<long> failures;
    private readonly Counter<long> removed;
    private readonly Counter<long> dropped;
    private readonly Histogram<double> duration;

    public IngestMetrics(IMeterFactory factory)
    {
        meter = factory.Create("Plantroom.Ingest");
        committed = meter.CreateCounter<long>("plantroom.ingest.readings.committed", "{reading}", "Readings that were stored.");
        commits = meter.CreateCounter<long>("plantroom.ingest.commits", "{commit}", "Transactions that stored readings.");
        failures = meter.CreateCounter<long>("plantroom.ingest.commit.failures", "{commit}", "Attempts to store that failed, by SQLite error code.");
        removed = meter.CreateCounter<long>("plantroom.ingest.readings.removed", "{reading}", "Readings removed because of their age.");
        dropped = meter.CreateCounter<long>(
            "plantroom.ingest.readings.dropped", "{reading}", "Readings without an acknowledgement that were not stored, by reason.");
        duration = meter.CreateHistogram<double>("plantroom.ingest.commit.duration", "s", "How long a transaction took.");
    }

    public void ObserveQueue(Func<int> depth) =>
        meter.CreateObservableGauge("plantroom.ingest.queue.depth", depth, "{batch}", "Batches that wait to be stored.");

    public void Committed(int readings, TimeSpan took)
    {
        committed.Add(readings);
        commits.Add(1);
        duration.Record(took.TotalSeconds);
    }

    public void Failed(int code) => failures.Add(1, new KeyValuePair<string, object?>("code", code));

    /// <summary>Counts readings that came while the store was stuck and were more than can be held.</summary>
    public void Dropped(long readings) => dropped.Add(readings, new KeyValuePair<string, object?>("reason", "storeStuck"));

    public void Removed(int readings) => removed.Add(readings);

    public void Dispose() => meter.Dispose();
}
