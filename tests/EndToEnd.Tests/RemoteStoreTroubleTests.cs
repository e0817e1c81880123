using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Plantroom.TestKit;
using Plantroom.TestKit.Hosting;
using Plantroom.TestKit.Influx;

namespace Plantroom.EndToEnd.Tests;

/// <summary>People are told when a real InfluxDB does not take readings, and when it takes them again.</summary>
public sealed class RemoteStoreTroubleTests : IDisposable
{
    private const string Database = "plantroom";
    private readonly TempFolder folder = new();
    private readonly ReadingLoad load = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Store_KilledAndStartedAgain_RaisesAnAlarmThatReturns()
    {
        await using var influx = await InfluxServer.StartAsync(null, Cancel);
        await using var host = await StartAsync(influx);
        await LoadAsync(host, 300);
        await host.UntilAsync("/api/v1/storage", static s => s.GetProperty("spoolReadings").GetInt64() == 0);
        await influx.KillAsync();
        await LoadAsync(host, 300);

        await host.UntilAsync("/api/v1/alarms", static a => StateOf(a, "SYS-03") == "unacknowledged");
        Assert.Equal("Degraded", await HealthAsync(host));
        await influx.StartAgainAsync(Cancel);

        await host.UntilAsync("/api/v1/alarms", static a => StateOf(a, "SYS-03") == "returnedUnacknowledged");
        var storage = await host.UntilAsync("/api/v1/storage", static s => s.GetProperty("spoolReadings").GetInt64() == 0);
        Assert.False(storage.TryGetProperty("notDelivering", out _));
        Assert.False(storage.TryGetProperty("spoolSince", out _));
        Assert.Equal("Healthy", await HealthAsync(host));
        await load.AssertKeptAsync(host);
    }

    [Fact]
    public async Task Field_OfAnotherType_RaisesAnAlarmAndTheLinesAreSetAside()
    {
        await using var influx = await InfluxServer.StartAsync(null, Cancel);
        await influx.QueryAsync($"CREATE DATABASE {Database}", "", Cancel);
        await SomebodyWritesTextsAsync(influx);
        await using var host = await StartAsync(influx);
        await LoadAsync(host, 300);

        var alarms = await host.UntilAsync("/api/v1/alarms", static a => StateOf(a, "SYS-04") == "unacknowledged");

        Assert.Null(StateOf(alarms, "SYS-03"));
        var storage = await host.UntilAsync("/api/v1/storage", static s => s.GetProperty("spoolReadings").GetInt64() == 0);
        Assert.InRange(storage.GetProperty("refused").GetInt64(), load.Acknowledged, long.MaxValue);
        Assert.False(storage.TryGetProperty("notDelivering", out _));
        var aside = Assert.Single(Directory.GetFiles(Path.Combine(folder.Path, "spool", "refused")));
        Assert.Contains("field type conflict", await File.ReadAllTextAsync(aside, Cancel), StringComparison.Ordinal);
        Assert.Equal("Healthy", await HealthAsync(host));
    }

    private static string? StateOf(JsonElement alarms, string rule) =>
        alarms.EnumerateArray().Where(a => a.GetProperty("rule").GetString() == rule).Select(static a => a.GetProperty("state").GetString()).FirstOrDefault();

    /// <summary>The answer is read whatever its status is.</summary>
    private static async Task<string?> HealthAsync(HostProcess host)
    {
        using var answer = await host.Http.GetAsync(new Uri("/health/ready", UriKind.Relative), Cancel);
        var health = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        return health.GetProperty("checks").GetProperty("ingest").GetProperty("status").GetString();
    }

    private Task<HostProcess> StartAsync(InfluxServer influx) => HostProcess.StartAsync(
        folder.Path, "--roles", "all,-simulators", "--Ingest:Store", "influx", "--Influx:Url", influx.Url.ToString(), "--Influx:Database", Database,
        "--Ingest:Alarms:OnDelay", "00:00:00.500", "--Ingest:Alarms:OffDelay", "00:00:00.500", "--Ingest:Alarms:MaxSpoolAge", "00:00:03");

    private async Task LoadAsync(HostProcess host, int more)
    {
        await using var sending = await load.StartAsync(host.MqttPort);
        await load.MoreAsync(more);
    }

    /// <summary>Where the load's readings will go, in the server's part of that time.</summary>
    private async Task SomebodyWritesTextsAsync(InfluxServer influx)
    {
        using var http = new HttpClient { BaseAddress = influx.Url };
        var times = Enumerable.Range(0, 3).Select(day => load.First + (day * 86_400_000L));
        var lines = string.Concat(times.Select(static t => string.Create(CultureInfo.InvariantCulture, $"electricity_meter power=\"much\" {t}\n")));
        using var answer = await http.PostAsync(
            new Uri($"write?db={Database}&precision=ms", UriKind.Relative), new StringContent(lines, Encoding.UTF8), Cancel);
        answer.EnsureSuccessStatusCode();
    }
}
