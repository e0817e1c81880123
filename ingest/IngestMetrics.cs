using System.Diagnostics.Metrics;
using Plantroom.Ingest.Delivery;

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
    private readonly Counter<long> delivered;
    private readonly Counter<long> undelivered;
    private readonly Counter<long> deliveryFailures;
    private readonly Counter<long> damaged;
    private readonly Histogram<double> request;

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
        delivered = meter.CreateCounter<long>("plantroom.ingest.readings.delivered", "{reading}", "Readings that the remote store took, by lane.");
        undelivered = meter.CreateCounter<long>("plantroom.ingest.readings.undelivered", "{reading}", "Readings that will not be delivered, by reason.");
        deliveryFailures = meter.CreateCounter<long>("plantroom.ingest.delivery.failures", "{request}", "Requests that are made again.");
        damaged = meter.CreateCounter<long>("plantroom.ingest.spool.damaged", "By", "Bytes of the spool that could not be read as readings.");
        request = meter.CreateHistogram<double>("plantroom.ingest.delivery.duration", "s", "How long a request to the remote store took.");
    }

    public void ObserveQueue(Func<int> depth) =>
        meter.CreateObservableGauge("plantroom.ingest.queue.depth", depth, "{batch}", "Batches that wait to be stored.");

    public void ObserveSpool(Func<DeliveryState> state, TimeProvider clock)
    {
        meter.CreateObservableGauge("plantroom.ingest.spool.readings", () => state().Readings, "{reading}", "Readings that wait in the spool.");
        meter.CreateObservableGauge("plantroom.ingest.spool.size", () => state().Bytes, "By", "What the spool takes on the disk.");
        meter.CreateObservableGauge(
            "plantroom.ingest.spool.age",
            () => state().Since is { } since ? (clock.GetUtcNow().UtcDateTime - since).TotalSeconds : 0,
            "s",
            "How long the oldest reading in the spool has waited.");
    }

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

    public void Delivered(int readings, bool isLive) => delivered.Add(readings, new KeyValuePair<string, object?>("lane", isLive ? "live" : "backlog"));

    public void Refused(int readings) => undelivered.Add(readings, new KeyValuePair<string, object?>("reason", "refused"));

    public void Expired(long readings) => undelivered.Add(readings, new KeyValuePair<string, object?>("reason", "age"));

    public void DeliveryFailed() => deliveryFailures.Add(1);

    public void SpoolDamaged(long bytes) => damaged.Add(bytes);

    public void Answered(TimeSpan took, bool isTaken) => request.Record(took.TotalSeconds, new KeyValuePair<string, object?>("taken", isTaken));

    public void Dispose() => meter.Dispose();
}
