using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Plantroom.Mqtt;

namespace Plantroom.EndToEnd.Tests;

/// <summary>Publishes readings of one point with QoS 1, each at a time of its own, and remembers which were acknowledged.</summary>
internal sealed class AcknowledgedLoad
{
    private const int Publishers = 16;
    private readonly ConcurrentDictionary<long, double> acknowledged = new();
    private long next = TimeProvider.System.GetUtcNow().AddHours(-1).ToUnixTimeMilliseconds();

    /// <summary>What was acknowledged: the value by the time in milliseconds.</summary>
    public IReadOnlyDictionary<long, double> Acknowledged => acknowledged;

    /// <summary>Publishes until so many more are acknowledged, then does something, and ends when that is done.</summary>
    public async Task RunAsync(int port, int more, Func<Task> then)
    {
        await using var client = new MqttClient(
            new MqttClientOptions { Port = port, ClientId = "load" }, TimeProvider.System, NullLogger<MqttClient>.Instance);
        await client.ConnectAsync(TestContext.Current.CancellationToken);
        using var end = new CancellationTokenSource();
        var target = acknowledged.Count + more;
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var publishers = Enumerable.Range(0, Publishers).Select(_ => PublishAsync(client, target, enough, end.Token)).ToList();
        await enough.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await then();
        await end.CancelAsync();
        await Task.WhenAll(publishers);
    }

    private async Task PublishAsync(MqttClient client, int target, TaskCompletionSource enough, CancellationToken end)
    {
        try
        {
            while (!end.IsCancellationRequested)
            {
                var time = Interlocked.Increment(ref next);
                var value = time % 1000 / 10.0;
                var json = string.Create(CultureInfo.InvariantCulture, $$$"""{"ts":{{{time}}},"values":{"power":{{{value}}}}}""");
                await client.PublishAsync("plantroom/v1/in/hq/M-0", Encoding.UTF8.GetBytes(json), MqttQos.AtLeastOnce, retain: false, end);
                acknowledged[time] = value;
                if (acknowledged.Count >= target) enough.TrySetResult();
            }
        }
        catch (OperationCanceledException)
        {
            // A message on its way was not acknowledged, so nothing was promised.
        }
    }
}
