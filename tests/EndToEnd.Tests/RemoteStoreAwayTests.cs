using System.Text.Json;
using Plantroom.TestKit;
using Plantroom.TestKit.Hosting;
using Plantroom.TestKit.Mosquitto;

namespace Plantroom.EndToEnd.Tests;

/// <summary>Nobody answers where the remote store should be.</summary>
public sealed class RemoteStoreAwayTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Readings_AreAcknowledgedFromTheSpool_AndPeopleAreToldThatItWaits()
    {
        var load = new ReadingLoad();
        await using var host = await HostProcess.StartAsync(
            folder.Path, "--roles", "all,-simulators", "--Ingest:Store", "Influx", "--Influx:Url", $"http://127.0.0.1:{MosquittoBroker.FreePort()}",
            "--Ingest:Alarms:OnDelay", "00:00:00.500", "--Ingest:Alarms:MaxSpoolAge", "00:00:01");
        await using (await load.StartAsync(host.MqttPort)) await load.MoreAsync(500);

        var alarms = await host.UntilAsync("/api/v1/alarms", static a => a.EnumerateArray().Any(static x => x.GetProperty("rule").GetString() == "SYS-03"));

        Assert.Equal("high", alarms.EnumerateArray().Single(static a => a.GetProperty("rule").GetString() == "SYS-03").GetProperty("priority").GetString());
        var storage = await host.UntilAsync("/api/v1/storage", a => a.GetProperty("spoolReadings").GetInt64() >= load.Acknowledged);
        Assert.Equal("influx", storage.GetProperty("kind").GetString());
        Assert.False(storage.TryGetProperty("notKeeping", out _));
        Assert.NotEmpty(storage.GetProperty("notDelivering").GetString()!);
        Assert.InRange(storage.GetProperty("spoolBytes").GetInt64(), 1, storage.GetProperty("spoolLimitBytes").GetInt64());
        Assert.InRange(storage.GetProperty("spoolSince").GetDateTimeOffset(), TimeProvider.System.GetUtcNow().AddMinutes(-5), TimeProvider.System.GetUtcNow());
        Assert.Equal("Degraded", (await HealthAsync(host)).GetProperty("checks").GetProperty("ingest").GetProperty("status").GetString());
    }

    private static async Task<JsonElement> HealthAsync(HostProcess host) => await host.GetAsync("/health/ready");
}
