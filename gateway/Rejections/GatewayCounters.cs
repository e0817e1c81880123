using System.Diagnostics.Metrics;

namespace Plantroom.Gateway;

/// <summary>What came in and what became of it, since the start; also as the metrics of the meter <c>Plantroom.Gateway</c>.</summary>
internal sealed class GatewayCounters
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Plantroom.Gateway";

    private readonly long[] rejected = new long[Enum.GetValues<RejectReason>().Length];
    private readonly long[] doubtful = new long[Enum.GetValues<QualityReason>().Length];
    private long messages;
    private long readings;
    private long otherMembers;

    public GatewayCounters(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        meter.CreateObservableCounter("plantroom.gateway.messages", () => MessageCount, "{message}", "Messages of devices");
        meter.CreateObservableCounter("plantroom.gateway.readings", () => ReadingCount, "{reading}", "Readings taken");
        meter.CreateObservableCounter("plantroom.gateway.rejections", () => Tagged(Rejected), "{rejection}", "Messages or values not taken");
        meter.CreateObservableCounter("plantroom.gateway.doubtful", () => Tagged(DoubtfulReadings), "{reading}", "Readings that are not good");
        meter.CreateObservableCounter("plantroom.gateway.other_members", () => OtherMemberCount, "{member}", "JSON members passed over");
    }

    /// <summary>Messages that arrived.</summary>
    public long MessageCount => Interlocked.Read(ref messages);

    /// <summary>Readings that were taken.</summary>
    public long ReadingCount => Interlocked.Read(ref readings);

    /// <summary>JSON members beside <c>ts</c> and <c>values</c> that were passed over.</summary>
    public long OtherMemberCount => Interlocked.Read(ref otherMembers);

    /// <summary>What was not taken, by reason: whole messages and single values.</summary>
    public IEnumerable<KeyValuePair<RejectReason, long>> Rejected => Read<RejectReason>(rejected);

    /// <summary>Readings that were taken with a quality that is not good, by reason.</summary>
    public IEnumerable<KeyValuePair<QualityReason, long>> DoubtfulReadings => Read<QualityReason>(doubtful).Skip(1);

    public void Message() => Interlocked.Increment(ref messages);

    public void Readings(int count) => Interlocked.Add(ref readings, count);

    public void OtherMembers(int count) => Interlocked.Add(ref otherMembers, count);

    public void Reject(RejectReason reason) => Interlocked.Increment(ref rejected[(int)reason]);

    public void Doubtful(QualityReason reason) => Interlocked.Increment(ref doubtful[(int)reason]);

    private static IEnumerable<KeyValuePair<T, long>> Read<T>(long[] counts)
        where T : struct, Enum => Enum.GetValues<T>().Select((reason, i) => KeyValuePair.Create(reason, Interlocked.Read(ref counts[i])));

    private static IEnumerable<Measurement<long>> Tagged<T>(IEnumerable<KeyValuePair<T, long>> counts)
        where T : struct, Enum => counts
            .Select(static c => new Measurement<long>(c.Value, new KeyValuePair<string, object?>("reason", c.Key.ToString())));
}
