using System.Text.Json;
using Plantroom.TestKit;
using Plantroom.TestKit.Hosting;
using Plantroom.TestKit.Influx;

namespace Plantroom.EndToEnd.Tests;

/// <summary>Readings on their way to a real InfluxDB: whatever is killed, hung or started again, each acknowledged one arrives, once.</summary>
public sealed class OutageTests : IDisposable
{
    private const int Kills = 10;
    private const string Database = "plantroom";
    private readonly TempFolder folder = new();
    private readonly ReadingLoad load = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Host_KilledUnderLoad_DeliversEveryAcknowledgedReadingOnce()
    {
        await using var influx = await InfluxServer.StartAsync(null, Cancel);
        for (var round = 0; round < Kills; round++)
        {
            await using var host = await StartAsync(influx);
            await LoadAsync(host, more: 300, host.KillAsync);
        }

        await using var last = await StartAsync(influx);
        await AllArrivedAsync(influx);
        Assert.InRange(load.Acknowledged, Kills * 300, int.MaxValue);
    }

    [Fact]
    public async Task Store_HungKilledAndStartedAgain_GetsEverythingAndTheSendersNeverWait()
    {
        await using var influx = await InfluxServer.StartAsync(null, Cancel);
        await using var host = await StartAsync(influx);
        await LoadAsync(host, more: 500);
        influx.Freeze();
        await LoadAsync(host, more: 1000);
        influx.Thaw();
        await LoadAsync(host, more: 500, influx.KillAsync);
        await LoadAsync(host, more: 1000);
        await influx.StartAgainAsync(Cancel);

        await AllArrivedAsync(influx);
        var (code, took) = await host.InterruptAsync();
        Assert.Equal(0, code);
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    private async Task LoadAsync(HostProcess host, int more, Func<Task>? then = null)
    {
        await using var sending = await load.StartAsync(host.MqttPort);
        await load.MoreAsync(more);
        if (then is not null) await then();
    }

    private Task<HostProcess> StartAsync(InfluxServer influx) => HostProcess.StartAsync(
        folder.Path, "--roles", "all,-simulators", "--Ingest:Store", "influx", "--Influx:Url", influx.Url.ToString(), "--Influx:Database", Database,
        "--Influx:Timeout", "00:00:02");

    /// <summary>Waits until the server has what was acknowledged, and compares it.</summary>
    private async Task AllArrivedAsync(InfluxServer influx)
    {
        var missing = load.Acknowledged;
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        for (var i = 0; i < 300 && missing > 0; i++)
        {
            await pause.WaitForNextTickAsync(Cancel);
            var stored = await StoredAsync(influx);
            missing = load.Readings.Count(a => !stored.TryGetValue(a.Key, out var value) || value != a.Value);
        }

        Assert.Equal(0, missing);
    }

    /// <summary>The values by their times. InfluxDB keeps one of each series and time; of two series the second fails here.</summary>
    private static async Task<Dictionary<long, double>> StoredAsync(InfluxServer influx)
    {
        var stored = new Dictionary<long, double>();
        if (!(await influx.QueryAsync("SHOW DATABASES", "", Cancel)).Contains($"\"{Database}\"", StringComparison.Ordinal)) return stored;
        using var answer = JsonDocument.Parse(await influx.QueryAsync("SELECT power FROM /.*/ GROUP BY *", Database, Cancel));
        foreach (var result in answer.RootElement.GetProperty("results").EnumerateArray())
            foreach (var series in result.TryGetProperty("series", out var all) ? [.. all.EnumerateArray()] : Array.Empty<JsonElement>())
                foreach (var row in series.GetProperty("values").EnumerateArray())
                    stored.Add(row[0].GetInt64() / 1_000_000, row[1].GetDouble());
        return stored;
    }
}
