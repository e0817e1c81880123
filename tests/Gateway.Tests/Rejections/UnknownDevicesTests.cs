using System.Globalization;

namespace Plantroom.Gateway.Tests;

public sealed class UnknownDevicesTests
{
    [Fact]
    public void All_SameSenderAgain_IsCountedWithItsLastMessage()
    {
        using var bench = new GatewayBench();

        bench.Decode("plantroom/v1/in/hq/P-999", """{"values": {"a": 1}}""");
        bench.Clock.Advance(TimeSpan.FromMinutes(1));
        bench.Decode("plantroom/v1/in/hq/P-999", """{"values": {"a": 2}}""");

        var device = Assert.Single(bench.Unknown.All);
        Assert.Equal(("plantroom/v1/in/hq/P-999", null, 2L), (device.Topic, device.Point, device.Count));
        Assert.Equal(TimeSpan.FromMinutes(1), device.LastSeen - device.FirstSeen);
        Assert.Equal("""{"values": {"a": 2}}""", device.Payload);
    }

    [Fact]
    public void All_UnknownValuesOfKnownEquipment_AreToldApart()
    {
        using var bench = new GatewayBench();

        bench.Decode("plantroom/v1/in/hq/P-101", """{"values": {"rpm": 1450, "oil": 3, "current": "x"}}""");

        Assert.Equal(["oil", "rpm"], bench.Unknown.All.Select(static d => d.Point!).Order());
    }

    [Fact]
    public void All_FloodOfInventedNames_ForgetsTheOneThatWasSilentLongest()
    {
        using var bench = new GatewayBench(static o => o.UnknownDevices = 10);
        foreach (var i in Enumerable.Range(0, 1000))
        {
            bench.Decode(string.Create(CultureInfo.InvariantCulture, $"plantroom/v1/in/hq/invented-{i}"), "{}");
            if (i % 5 == 0) bench.Decode("plantroom/v1/in/hq/real", "{}");
        }

        Assert.Equal(10, bench.Unknown.All.Count);
        Assert.Equal(200, bench.Unknown.All.Single(static d => d.Topic.EndsWith("/real", StringComparison.Ordinal)).Count);
        Assert.Equal(1001 - 10, bench.Unknown.Forgotten);
        Assert.Equal("plantroom/v1/in/hq/invented-999", bench.Unknown.All[0].Topic);
    }
}
