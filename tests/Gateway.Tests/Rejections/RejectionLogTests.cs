using System.Globalization;

namespace Plantroom.Gateway.Tests;

public sealed class RejectionLogTests
{
    [Fact]
    public void Newest_MoreThanAreKept_AreTheNewestFirst()
    {
        using var bench = new GatewayBench(static o => o.NewestRejections = 3);

        foreach (var i in Enumerable.Range(1, 5))
        {
            bench.Decode("plantroom/v1/in/hq/SP-1", string.Create(CultureInfo.InvariantCulture, $"no JSON {i}"));
            bench.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(["no JSON 5", "no JSON 4", "no JSON 3"], bench.Log.Newest.Select(static r => r.Payload));
        Assert.Equal([4, 3, 2], bench.Log.Newest.Select(static r => r.At.Second));
        Assert.Equal(5, bench.RejectedFor(RejectReason.MalformedPayload));
    }

    [Fact]
    public void Newest_NoneKept_AreStillCounted()
    {
        using var bench = new GatewayBench(static o => (o.NewestRejections, o.UnknownDevices) = (0, 0));

        bench.Decode("plantroom/v1/in/hq/none", "{}");

        Assert.Empty(bench.Log.Newest);
        Assert.Empty(bench.Unknown.All);
        Assert.Equal(1, bench.RejectedFor(RejectReason.UnknownPoint));
    }

    [Fact]
    public void Newest_LongAndUnprintableTexts_AreCutAndEscaped()
    {
        using var bench = new GatewayBench();

        bench.Decode("plantroom/v1/in/hq/" + new string('x', 1000), "\u0007" + new string('y', 1000));

        var rejection = Assert.Single(bench.Log.Newest);
        Assert.Equal("plantroom/v1/in/hq/" + new string('x', 181) + "…", rejection.Topic);
        Assert.Equal(@"\u0007" + new string('y', 119) + "…", rejection.Payload);
    }

    [Fact]
    public void Rejection_OfAValue_NamesThePointAndWhatWouldBeRight()
    {
        using var bench = new GatewayBench();

        bench.Decode("plantroom/v1/in/hq/P-101", """{"values": {"running": 3}}""");

        var rejection = Assert.Single(bench.Log.Newest);
        Assert.Equal(("plantroom/v1/in/hq/P-101", "running", RejectReason.WrongType), (rejection.Topic, rejection.Point, rejection.Reason));
        Assert.Equal("a switch is 0 or 1, an enumeration a whole number", rejection.Detail);
        Assert.Equal("""{"values": {"running": 3}}""", rejection.Payload);
    }
}
