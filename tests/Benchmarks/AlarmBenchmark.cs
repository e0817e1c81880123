using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Plantroom.Mqtt;
using Plantroom.TestKit;
using Plantroom.TestKit.Hosting;

namespace Plantroom.Benchmarks;

/// <summary>
/// From the moment a sensor publishes to the moment a client of the alarm hub hears of the alarm, which was decoded, evaluated and
/// committed in between, while other sensors send at a steady rate.
/// </summary>
internal sealed class AlarmBenchmark(int alarms, int perSecond)
{
    private const int WarmUp = 20;
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(10);

    public async Task RunAsync()
    {
        using var folder = new TempFolder();
        BenchSite.Write(folder.Path);
        await using var host = await HostProcess.StartAsync(folder.Path, "--roles", "all,-simulators", "--site", folder.Path);
        await using var background = await ConnectAsync(host.MqttPort, "background");
        await using var sensor = await ConnectAsync(host.MqttPort, "sensor");
        await using var hub = await HubListener.ConnectAsync(host.Http.BaseAddress!);
        using var enough = new CancellationTokenSource();
        var load = LoadAsync(background, enough.Token);

        var delays = new List<double>();
        for (var i = 0; i < WarmUp + alarms; i++)
        {
            var before = Stopwatch.GetTimestamp();
            await sensor.PublishAsync(BenchSite.AlarmTopic, "1"u8.ToArray(), MqttQos.AtLeastOnce);
            await hub.UntilAsync("raised", "raisedAgain");
            if (i >= WarmUp) delays.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
            await sensor.PublishAsync(BenchSite.AlarmTopic, "0"u8.ToArray(), MqttQos.AtLeastOnce);
            await hub.UntilAsync("returned");
        }

        await enough.CancelAsync();
        var sent = await load;
        delays.Sort();
        double At(double share) => delays[(int)((delays.Count - 1) * share)];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"sensor to hub client, {alarms} alarms, {sent:N0} background readings/s: p50 {At(0.5):F1} ms, p95 {At(0.95):F1} ms, p99 {At(0.99):F1} ms, max {delays[^1]:F1} ms"));
    }

    private static async Task<MqttClient> ConnectAsync(int port, string name)
    {
        var client = new MqttClient(new() { Port = port, ClientId = name }, TimeProvider.System, NullLogger<MqttClient>.Instance);
        await client.ConnectAsync();
        return client;
    }

    /// <returns>Readings per second that were sent and acknowledged.</returns>
    private async Task<double> LoadAsync(MqttClient client, CancellationToken enough)
    {
        var before = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(Beat);
        var number = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(enough))
            {
                var due = (int)(Stopwatch.GetElapsedTime(before).TotalSeconds * perSecond);
                var sending = new List<Task>();
                for (; number < due; number++) sending.Add(SendAsync(client, number));
                await Task.WhenAll(sending);
            }
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }

        return number / Stopwatch.GetElapsedTime(before).TotalSeconds;
    }

    private static Task SendAsync(MqttClient client, int number)
    {
        var topic = string.Create(CultureInfo.InvariantCulture, $"plantroom/v1/in/bench/E-{number % BenchSite.Points:D4}/v");
        var payload = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{number % 1000 / 10.0}"));
        return client.PublishAsync(topic, payload, MqttQos.AtLeastOnce).AsTask();
    }
}
