using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Plantroom.Mqtt;

namespace Plantroom.Gateway.Tests;

public sealed class MessageDecoderTests
{
    private const string Sump = "plantroom/v1/in/hq/SP-1";

    [Fact]
    public void Decode_AnyBytesOnAnyTopic_NeverThrowsAndCountsEachMessageOnce()
    {
        using var bench = new GatewayBench();
        string[] topics = [Sump, Sump + "/level", "plantroom/v1/in/hq/P-101/running", "plantroom/v1/in/hq/none", "plantroom/v1/in/a", "x"];
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll<byte[], byte[], int>((payload, name, pick) =>
        {
            var topic = pick % 7 == 6 ? name : Encoding.UTF8.GetBytes(topics[(pick & int.MaxValue) % topics.Length]);
            return CountedOnce(bench, topic, payload);
        }));
    }

    [Fact]
    public void Decode_DamagedMessages_NeverThrowsAndCountsEachValueOnce()
    {
        using var bench = new GatewayBench();
        var sound = """{"ts": "2026-06-01T08:00:00.5+00:00", "values": {"level": 1.2e0, "highFloat": true, "\u0078": null, "l": [1]}}"""u8.ToArray();
        var damage = "{}[]\",:\\u0d8e+-.NaN tfn\t\n\0\xFF"u8.ToArray();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000), Prop.ForAll<(int Position, int With, bool Remove)[]>(cuts =>
        {
            var payload = sound.ToList();
            foreach (var (position, with, remove) in cuts.Take(4))
            {
                var at = (position & int.MaxValue) % payload.Count;
                if (remove && payload.Count > 1) payload.RemoveAt(at);
                else payload[at] = damage[(with & int.MaxValue) % damage.Length];
            }

            return CountedOnce(bench, Encoding.UTF8.GetBytes(Sump), [.. payload]);
        }));
    }

    /// <summary>A message is rejected once as a whole, or each of its values (never more than stand in it) is taken or rejected.</summary>
    private static bool CountedOnce(GatewayBench bench, byte[] topic, byte[] payload)
    {
        var (messages, rejected) = (bench.Counters.MessageCount, bench.Rejected);
        var into = new DecodedMessage();
        var readings = bench.Decoder.Decode(new MqttMessage { Topic = topic, Payload = payload }, into).Length;
        var refused = bench.Rejected - rejected;
        var newest = bench.Log.Newest;
        return bench.Counters.MessageCount == messages + 1
            && readings + refused >= 1
            && (readings > 0 || refused == 1 || refused == into.Rejected.Count)
            && newest.Count <= 200;
    }

    [Fact]
    public void Decode_WarmMessages_AllocatesNothing()
    {
        using var bench = new GatewayBench();
        var into = new DecodedMessage();
        var topic = Encoding.UTF8.GetBytes("plantroom/v1/in/hq/P-101");
        var plainTopic = Encoding.UTF8.GetBytes(Sump + "/level");
        var payload = """{"ts": "2026-06-01T08:00:00.5+00:00", "seq": 1, "values": {"current": 12.5, "running": true, "mode": 9, "\u0070ower": 99}}"""u8.ToArray();
        var plain = "1.25\n"u8.ToArray();
        for (var i = 0; i < 2_000; i++) Both();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++) Both();
        var perMessage = (GC.GetAllocatedBytesForCurrentThread() - before) / 20_000.0;

        Assert.InRange(perMessage, 0, 0.1);
        Assert.Equal(0, bench.Rejected);

        void Both()
        {
            bench.Decoder.Decode(new MqttMessage { Topic = topic, Payload = payload }, into);
            bench.Decoder.Decode(new MqttMessage { Topic = plainTopic, Payload = plain }, into);
        }
    }

    [Fact]
    public void Decode_SiteModelChanged_FollowsIt()
    {
        using var bench = new GatewayBench();
        Assert.Single(bench.Decode(Sump, """{"values": {"level": 1}}"""));

        bench.Source.Change(Facility.Empty);

        Assert.Empty(bench.Decode(Sump, """{"values": {"level": 1}}"""));
        Assert.Equal(1, bench.RejectedFor(RejectReason.UnknownPoint));
    }

    [Fact]
    public void Decode_LimitsAreSettings_AreKept()
    {
        using var bench = new GatewayBench(static o =>
        {
            o.MaxAge = TimeSpan.FromMinutes(1);
            o.ClockSkew = TimeSpan.FromSeconds(1);
            o.MaxFuture = TimeSpan.FromSeconds(2);
        });

        Assert.Empty(bench.Decode(Sump, """{"ts": "2026-06-01T07:58:59Z", "values": {"level": 1}}"""));
        Assert.Empty(bench.Decode(Sump, """{"ts": "2026-06-01T08:00:03Z", "values": {"level": 1}}"""));
        var late = Assert.Single(bench.Decode(Sump, """{"ts": "2026-06-01T08:00:02Z", "values": {"level": 1}}"""));

        Assert.Equal(Quality.Uncertain(QualityReason.ClockSkew), late.Quality);
        Assert.Equal((1, 1), (bench.RejectedFor(RejectReason.TimeTooOld), bench.RejectedFor(RejectReason.TimeInFuture)));
    }

    [Fact]
    public void Decode_DoubtfulReadings_AreCountedByReason()
    {
        using var bench = new GatewayBench();

        bench.Decode(Sump, """{"values": {"level": 9}}""");
        bench.Decode(Sump, """{"ts": "2026-06-01T08:00:30Z", "values": {"level": 1, "highFloat": 1}}""");
        bench.Decode("plantroom/v1/in/hq/P-101", """{"values": {"mode": 5}, "x": 1, "y": 2}""");

        Assert.Equal(
            [(QualityReason.OutOfRange, 1L), (QualityReason.ClockSkew, 2L), (QualityReason.UnknownLabel, 1L)],
            bench.Counters.DoubtfulReadings.Select(static c => (c.Key, c.Value)));
        Assert.Equal(2, bench.Counters.OtherMemberCount);
        Assert.Equal(0, bench.Rejected);
    }

    [Fact]
    public void Decode_NowBetweenMilliseconds_IsCutToWholeOnes()
    {
        using var bench = new GatewayBench();
        bench.Clock.Advance(TimeSpan.FromTicks(12_345));

        var reading = Assert.Single(bench.Decode(Sump, """{"values": {"level": 1}}"""));

        Assert.Equal(new DateTime(2026, 6, 1, 8, 0, 0, 1, DateTimeKind.Utc), reading.Time);
        Assert.Equal(DateTimeKind.Utc, reading.Time.Kind);
    }
}
