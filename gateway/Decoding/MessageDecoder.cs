using System.Text.Unicode;
using Microsoft.Extensions.Options;
using Plantroom.Mqtt;

namespace Plantroom.Gateway;

/// <summary>
/// Turns a device's message into readings that nobody has to check again. Whatever cannot be kept is counted once, with a reason: the
/// message when it says nothing usable, else the single value.
/// </summary>
/// <remarks>May be called from several threads at once, each with a <see cref="DecodedMessage"/> of its own.</remarks>
internal sealed class MessageDecoder(
    IOptions<GatewayOptions> options, TimeProvider time, IFacilitySource facility, GatewayCounters counters, RejectionLog rejections)
{
    private readonly GatewayOptions options = options.Value;
    private readonly Lock following = new();
    private volatile PointMap points = new(Facility.Empty);

    /// <summary>Takes the site model that is in force, and from then on each change of it.</summary>
    public void Follow()
    {
        facility.Changed += _ => TakeOver();
        TakeOver();
    }

    /// <summary>Reads a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="into">Work space; the answer is a part of it.</param>
    /// <returns>The readings, empty when there are none.</returns>
    public ReadOnlySpan<Reading> Decode(in MqttMessage message, DecodedMessage into)
    {
        counters.Message();
        into.Begin(0);
        var now = time.GetUtcNow().UtcDateTime;
        var topic = default(DeviceTopic);
        if (Read(message, now, ref topic, into, out var sent) is { } refusal)
        {
            rejections.Add(new(now, message.Topic, topic.Point, message.Payload), refusal);
            return [];
        }

        foreach (var value in into.Rejected)
            rejections.Add(
                new(now, message.Topic, message.Payload.Slice(value.NameStart, value.NameLength), message.Payload),
                new(value.Reason, value.Detail));
        return Stamp(into.Readings, sent ?? DeviceTime.Truncate(now), now);
    }

    private void TakeOver()
    {
        lock (following) points = new(facility.Current);
    }

    private Refusal? Read(in MqttMessage message, DateTime now, ref DeviceTopic topic, DecodedMessage into, out DateTime? sent)
    {
        sent = null;
        if (message.Payload.Length > options.MaxPayload) return new(RejectReason.PayloadTooLarge, "longer than Gateway:MaxPayload");
        if (!DeviceTopic.TryParse(message.Topic, out topic))
            return new(RejectReason.UnknownTopic, "expected plantroom/v1/in/site/equipment or plantroom/v1/in/site/equipment/point");
        if (points.Find(topic.Equipment) is not { } equipment) return Refusal.NoSuchEquipment;
        if (!Utf8.IsValid(message.Payload)) return new(RejectReason.MalformedPayload, "not UTF-8");
        if (!topic.Point.IsEmpty) return ReadPlain(message, equipment, topic.Point, into);

        into.Begin(equipment.Count);
        if (JsonMessage.Read(message.Payload, equipment, options.MaxValues, into, out var head) is { } malformed)
            return new(RejectReason.MalformedPayload, malformed);
        if (head.OtherMembers > 0) counters.OtherMembers(head.OtherMembers);
        sent = head.Time;
        return JudgeTime(sent, message.Retain, now);
    }

    private static Refusal? ReadPlain(in MqttMessage message, EquipmentPoints equipment, ReadOnlySpan<byte> name, DecodedMessage into)
    {
        if (equipment.Find(name) is not { } point) return Refusal.NoSuchPoint;
        return message.Retain ? UnknownAge : PlainValue.Read(message.Payload, point, into);
    }

    private static Refusal UnknownAge { get; } = new(RejectReason.RetainedWithoutTime, "retained without ts: its age is unknown");

    private Refusal? JudgeTime(DateTime? sent, bool retained, DateTime now)
    {
        if (sent is not { } at) return retained ? UnknownAge : null;
        if (at - now > options.MaxFuture) return new(RejectReason.TimeInFuture, "further in the future than Gateway:MaxFuture");
        if (now - at > options.MaxAge) return new(RejectReason.TimeTooOld, "older than Gateway:MaxAge");
        return null;
    }

    /// <summary>Gives the readings their time, which may stand behind the values, and what it says about their quality.</summary>
    private ReadOnlySpan<Reading> Stamp(Span<Reading> readings, DateTime at, DateTime now)
    {
        var ahead = at - now > options.ClockSkew;
        foreach (ref var reading in readings)
        {
            var quality = ahead && reading.Quality.Level is QualityLevel.Good ? Quality.Uncertain(QualityReason.ClockSkew) : reading.Quality;
            reading = new(reading.Point, at, reading.Value, quality);
            if (quality.Level is not QualityLevel.Good) counters.Doubtful(quality.Reason);
        }

        return readings;
    }
}
