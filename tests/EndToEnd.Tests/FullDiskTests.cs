using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Plantroom.Mqtt;
using Plantroom.TestKit;
using Plantroom.TestKit.Hosting;
using Plantroom.TestKit.Mosquitto;

namespace Plantroom.EndToEnd.Tests;

/// <summary>The data folder is on a disk that becomes full under load, and has space again later.</summary>
public sealed class FullDiskTests
{
    private const long Megabyte = 1024 * 1024;

    private static readonly string[] Settings =
    [
        "--roles", "all,-simulators", "--Ingest:Alarms:LowFreeMegabytes", "0", "--Ingest:Alarms:OnDelay", "00:00:00.500",
        "--Ingest:Alarms:OffDelay", "00:00:01", "--Ingest:QueueCapacity", "2",
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Sqlite")]
    [InlineData("Influx")]
    public async Task Disk_BelowTheReserve_StopsAcknowledging_RaisesAnAlarm_RulesGoOn_AndItRecoversByItself(string store)
    {
        using var disk = SmallDisk.Mount(300);
        var load = new ReadingLoad();
        string[] nobody = store == "Influx" ? ["--Influx:Url", $"http://127.0.0.1:{MosquittoBroker.FreePort()}"] : [];
        await using var host = await HostProcess.StartAsync(disk.Path, [.. Settings, "--Ingest:Store", store, .. nobody]);
        await using (await load.StartAsync(host.MqttPort))
        {
            await load.MoreAsync(500);
            disk.Fill(leave: 83 * Megabyte);

            await host.UntilAsync("/api/v1/alarms", static a => IsActive(a, "SYS-01"));
            var acknowledged = load.Acknowledged;
            Assert.Contains("held back for alarms", (await host.GetAsync("/api/v1/storage")).GetProperty("notKeeping").GetString(), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await host.Http.GetAsync(new Uri("/health/ready", UriKind.Relative), Cancelled)).StatusCode);
            await RulesGoOnAsync(host);
            Assert.Equal(acknowledged, load.Acknowledged);

            disk.Empty();
            await load.MoreAsync(500);
            await host.UntilAsync("/api/v1/alarms", static a => !IsActive(a, "SYS-01"));
            Assert.False((await host.GetAsync("/api/v1/storage")).TryGetProperty("notKeeping", out _));
        }

        if (store == "Sqlite") await AssertWholeAsync(disk, host, load);
        else await host.UntilAsync("/api/v1/storage", a => a.GetProperty("spoolReadings").GetInt64() >= load.Acknowledged);
    }

    [Fact]
    public async Task Disk_FullToTheLastByte_LosesNothingAcknowledged_DamagesNothing_AndItRecoversByItself()
    {
        using var disk = SmallDisk.Mount(100);
        var load = new ReadingLoad();
        await using var host = await HostProcess.StartAsync(disk.Path, [.. Settings, "--Ingest:MinFreeMegabytes", "0"]);
        await using (await load.StartAsync(host.MqttPort))
        {
            for (var round = 0; round < 3; round++)
            {
                await load.MoreAsync(500);
                disk.Fill(leave: 0);
                await host.UntilAsync("/api/v1/storage", answer =>
                {
                    disk.Fill(leave: 0);
                    return answer.TryGetProperty("notKeeping", out _);
                });
                disk.Empty();
                await host.UntilAsync("/api/v1/storage", static answer => !answer.TryGetProperty("notKeeping", out _));
            }

            await load.MoreAsync(500);
            await host.UntilAsync("/api/v1/alarms", static a => !IsActive(a, "SYS-01"));
        }

        await AssertWholeAsync(disk, host, load);
    }

    /// <summary>
    /// While nothing is acknowledged, a reading of QoS 0 behind many others and one of QoS 1 reach the rules, and what comes of them is
    /// recorded.
    /// </summary>
    private static async Task RulesGoOnAsync(HostProcess host)
    {
        await using var client = new MqttClient(
            new MqttClientOptions { Port = host.MqttPort, ClientId = "rules" }, TimeProvider.System, NullLogger<MqttClient>.Instance);
        await client.ConnectAsync(Cancelled);
        for (var i = 0; i < 2000; i++) await SendAsync(client, "hq/M-0/power", "1", MqttQos.AtMostOnce);
        await SendAsync(client, "hq/FP-1/fire", "1", MqttQos.AtMostOnce);
        await host.UntilAsync("/api/v1/alarms", static a => IsActiveAt(a, "hq/FP-1"));

        using var gaveUp = new CancellationTokenSource();
        var waiting = client.PublishAsync(
            "plantroom/v1/in/hq/L-1/entrapment", Encoding.UTF8.GetBytes("on"), MqttQos.AtLeastOnce, retain: false, gaveUp.Token);
        await host.UntilAsync("/api/v1/alarms", static a => IsActiveAt(a, "hq/L-1"));
        Assert.False(waiting.IsCompleted);
        await gaveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waiting);
    }

    private static async Task SendAsync(MqttClient client, string point, string value, MqttQos qos) =>
        await client.PublishAsync($"plantroom/v1/in/{point}", Encoding.UTF8.GetBytes(value), qos, retain: false, Cancelled);

    private static async Task AssertWholeAsync(SmallDisk disk, HostProcess host, ReadingLoad load)
    {
        await load.AssertKeptAsync(host);
        var (exitCode, _) = await host.InterruptAsync();
        Assert.Equal(0, exitCode);
        foreach (var name in new[] { "history.db", "plantroom.db", "mqtt.db" })
        {
            using var file = new DatabaseFile(Path.Combine(disk.Path, name));
            Assert.Equal((name, "ok"), (name, file.IntegrityCheck()));
        }
    }

    private static bool IsActive(JsonElement alarms, string rule) => alarms.EnumerateArray()
        .Any(a => a.GetProperty("rule").GetString() == rule && a.GetProperty("state").GetString() == "unacknowledged");

    private static bool IsActiveAt(JsonElement alarms, string equipment) =>
        alarms.EnumerateArray().Any(a => a.GetProperty("equipment").GetString() == equipment);
}
