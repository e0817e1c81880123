using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Plantroom.Mqtt;
using Plantroom.TestKit.Hosting;

namespace Plantroom.EndToEnd.Tests;

/// <summary>
/// Publishes readings of one point with QoS 1, many at a time and each with a time of its own, and remembers which were acknowledged.
/// </summary>
internal sealed class ReadingLoad
{
    private const int Publishers = 16;

    /// <summary>From one reading to the next, so that they spread over many quarter hours of the past.</summary>
    private const long StepMilliseconds = 1000;

    private const long PageMilliseconds = 50_000 * StepMilliseconds;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly ConcurrentDictionary<long, double> acknowledged = new();
    private readonly long first = TimeProvider.System.GetUtcNow().AddDays(-10).ToUnixTimeMilliseconds();
    private long next;

    public ReadingLoad() => next = first;

    /// <summary>What was acknowledged so far: the value by the time in milliseconds.</summary>
    public IReadOnlyDictionary<long, double> Readings => acknowledged;

    /// <summary>When the first of them is of.</summary>
    public long First => first;

    /// <summary>How many were acknowledged so far.</summary>
    public int Acknowledged => acknowledged.Count;

    /// <summary>Publishes until it is disposed.</summary>
    public async Task<Sending> StartAsync(int port)
    {
        var client = new MqttClient(
            new MqttClientOptions { Port = port, ClientId = "reading-load" }, TimeProvider.System, NullLogger<MqttClient>.Instance);
        await client.ConnectAsync(TestContext.Current.CancellationToken);
        return new(client, token => Enumerable.Range(0, Publishers).Select(_ => PublishAsync(client, token)));
    }

    /// <summary>Waits until so many more were acknowledged.</summary>
    public async Task MoreAsync(int count)
    {
        var wanted = Acknowledged + count;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (Acknowledged < wanted) await pause.WaitForNextTickAsync(limit.Token);
    }

    /// <summary>Checks that every acknowledged reading is there, once.</summary>
    public async Task AssertKeptAsync(HostProcess host)
    {
        var stored = new Dictionary<long, double>();
        for (var from = first; from <= next; from += PageMilliseconds)
        {
            var page = string.Create(CultureInfo.InvariantCulture, $"/api/v1/history?point=hq/M-0/power&from={from}&to={from + PageMilliseconds}");
            foreach (var reading in (await host.GetAsync(page)).GetProperty("readings").EnumerateArray())
                stored.Add(reading.GetProperty("time").GetDateTimeOffset().ToUnixTimeMilliseconds(), reading.GetProperty("value").GetDouble());
        }

        var missing = acknowledged.Where(reading => !stored.TryGetValue(reading.Key, out var value) || value != reading.Value).ToList();
        Assert.True(missing.Count == 0, $"{missing.Count} of {Acknowledged} acknowledged readings are not stored");
        Assert.InRange(Acknowledged, 1, stored.Count);
    }

    private async Task PublishAsync(MqttClient client, CancellationToken stopped)
    {
        try
        {
            while (!stopped.IsCancellationRequested)
            {
                var time = Interlocked.Add(ref next, StepMilliseconds);
                var value = time / StepMilliseconds % 1000 / 10.0;
                var payload = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$$"""{"ts":{{{time}}},"values":{"power":{{{value}}}}}"""));
                await client.PublishAsync("plantroom/v1/in/hq/M-0", payload, MqttQos.AtLeastOnce, retain: false, stopped);
                acknowledged[time] = value;
            }
        }
        catch (OperationCanceledException)
        {
            // Ended while a message was on its way: it was not acknowledged, so nothing was promised.
        }
    }

    /// <summary>One connection that publishes.</summary>
    internal sealed class Sending : IAsyncDisposable
    {
        private readonly MqttClient client;
        private readonly CancellationTokenSource stopped = new();
        private readonly Task publishing;

        public Sending(MqttClient client, Func<CancellationToken, IEnumerable<Task>> publish)
        {
            this.client = client;
            publishing = Task.WhenAll(publish(stopped.Token).ToList());
        }

        public async ValueTask DisposeAsync()
        {
            await stopped.CancelAsync();
            await publishing;
            await client.DisposeAsync();
            stopped.Dispose();
        }
    }
}
