using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Plantroom.Mqtt;
using Plantroom.TestKit;
using Plantroom.TestKit.Hosting;

namespace Plantroom.EndToEnd.Tests;

/// <summary>The promise behind a PUBACK: kill the process at any moment, and every acknowledged reading is there, once.</summary>
public sealed class KillTests : IDisposable
{
    private const int Rounds = 5;
    private const int Publishers = 16;
    private readonly TempFolder folder = new();
    private readonly ConcurrentDictionary<long, double> acknowledged = new();
    private long next;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Kill_UnderLoad_KeepsEveryAcknowledgedReadingOnce()
    {
        next = TimeProvider.System.GetUtcNow().AddHours(-1).ToUnixTimeMilliseconds();
        var first = next;
        for (var round = 1; round <= Rounds; round++) await LoadAndKillAsync(atLeast: round * 500);

        await using var host = await HostProcess.StartAsync(folder.Path, "--roles", "all,-simulators");
        var history = await host.GetAsync(string.Create(CultureInfo.InvariantCulture, $"/api/v1/history?point=hq/M-0/power&from={first}&to={next + 1}"));
        var stored = history.GetProperty("readings").EnumerateArray()
            .Select(static r => (Time: r.GetProperty("time").GetDateTimeOffset().ToUnixTimeMilliseconds(), Value: r.GetProperty("value").GetDouble()))
            .ToList();

        Assert.Equal(stored.Count, stored.Select(static r => r.Time).Distinct().Count());
        var byTime = stored.ToDictionary(static r => r.Time, static r => r.Value);
        Assert.All(acknowledged, reading => Assert.Equal(reading.Value, byTime[reading.Key]));
        Assert.InRange(acknowledged.Count, Rounds * 500, stored.Count);
    }

    /// <summary>Publishes from many tasks and kills the system in the middle of it.</summary>
    private async Task LoadAndKillAsync(int atLeast)
    {
        await using var host = await HostProcess.StartAsync(folder.Path, "--roles", "all,-simulators");
        await using var client = new MqttClient(
            new MqttClientOptions { Port = host.MqttPort, ClientId = "kill-test" }, TimeProvider.System, NullLogger<MqttClient>.Instance);
        await client.ConnectAsync(TestContext.Current.CancellationToken);
        using var killed = new CancellationTokenSource();
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var publishers = Enumerable.Range(0, Publishers).Select(_ => PublishAsync(client, atLeast, enough, killed.Token)).ToList();

        await enough.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await host.KillAsync();
        await killed.CancelAsync();
        await Task.WhenAll(publishers);
    }

    private async Task PublishAsync(MqttClient client, int atLeast, TaskCompletionSource enough, CancellationToken killed)
    {
        try
        {
            while (!killed.IsCancellationRequested)
            {
                var time = Interlocked.Increment(ref next);
                var value = time % 1000 / 10.0;
                var payload = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$$"""{"ts":{{{time}}},"values":{"power":{{{value}}}}}"""));
                await client.PublishAsync("plantroom/v1/in/hq/M-0", payload, MqttQos.AtLeastOnce, retain: false, killed);
                acknowledged[time] = value;
                if (acknowledged.Count >= atLeast) enough.TrySetResult();
            }
        }
        catch (OperationCanceledException)
        {
            // The system was killed while a message was on its way: it was not acknowledged, so nothing was promised.
        }
    }
}
