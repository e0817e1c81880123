using Microsoft.Extensions.Options;

namespace Plantroom.Gateway;

/// <summary>What was sent, as a view of the receive buffer.</summary>
internal readonly ref struct Sent(DateTime at, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> point, ReadOnlySpan<byte> payload)
{
    public DateTime At { get; } = at;

    public ReadOnlySpan<byte> Topic { get; } = topic;

    /// <summary>The point's name; empty when it is the whole message that cannot be kept.</summary>
    public ReadOnlySpan<byte> Point { get; } = point;

    public ReadOnlySpan<byte> Payload { get; } = payload;
}

/// <summary>
/// Counts what is not kept and holds the newest of it to be shown. Bounded, and every text in it is cut: what senders do does not make
/// it grow.
/// </summary>
internal sealed class RejectionLog(IOptions<GatewayOptions> options, GatewayCounters counters, UnknownDevices unknown)
{
    /// <summary>How many bytes of a payload are shown.</summary>
    public const int PayloadLength = 120;

    /// <summary>How many bytes of a topic, and of a point's name, are shown.</summary>
    public const int NameLength = 200;

    private readonly Lock gate = new();
    private readonly Rejection?[] newest = new Rejection?[options.Value.NewestRejections];
    private long count;

    /// <summary>The newest rejections, newest first.</summary>
    public IReadOnlyList<Rejection> Newest
    {
        get
        {
            lock (gate)
                return [.. Enumerable.Range(1, (int)Math.Min(count, newest.Length)).Select(back => newest[(count - back) % newest.Length]!)];
        }
    }

    /// <summary>Counts and remembers something that is not kept.</summary>
    public void Add(in Sent sent, Refusal refusal)
    {
        counters.Reject(refusal.Reason);
        var topic = Excerpt.Of(sent.Topic, NameLength);
        var point = sent.Point.IsEmpty ? null : Excerpt.Of(sent.Point, NameLength);
        var payload = Excerpt.Of(sent.Payload, PayloadLength);
        if (refusal.Reason is RejectReason.UnknownPoint) unknown.Seen(sent.At, topic, point, payload);
        if (newest.Length == 0) return;
        var rejection = new Rejection(sent.At, topic, point, refusal.Reason, refusal.Detail, payload);
        lock (gate) newest[count++ % newest.Length] = rejection;
    }
}
