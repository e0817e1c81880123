using System.Diagnostics;
using System.Globalization;
using Plantroom.TestKit;
using Plantroom.TestKit.Hosting;
using Plantroom.TestKit.Mosquitto;

namespace Plantroom.Benchmarks;

/// <summary>
/// The whole chain (MQTT quality of service 1, one reading a message, stored durably, rules evaluated, then acknowledged) beside the
/// same messages through Mosquitto to a bare subscriber that keeps nothing. The rounds take turns, on one machine, in one run.
/// </summary>
internal sealed class ChainBenchmark(int messages, int rounds)
{
    private const int Points = BenchSite.Points;
    private const int Publishers = 2;

    public async Task RunAsync()
    {
        Console.WriteLine(Line($"{messages:N0} messages a round, {Points:N0} points, {Publishers} publishers, {Environment.ProcessorCount} cores shared with them"));
        var chain = new List<Round>();
        var peer = new List<Round>();
        for (var round = 1; round <= rounds; round++)
        {
            chain.Add(Show("plantroom: stored and evaluated", await ChainAsync()));
            peer.Add(Show("mosquitto: bare subscriber", await MosquittoAsync()));
        }

        var (ours, theirs) = (Median(chain), Median(peer));
        Console.WriteLine(Line($"median: plantroom {ours.PerSecond:N0}/s ({ours.CpuMicroseconds:F1} us CPU each), mosquitto {theirs.PerSecond:N0}/s ({theirs.CpuMicroseconds:F1} us CPU each)"));
        Console.WriteLine(Line($"ratio plantroom / mosquitto: {ours.PerSecond / theirs.PerSecond:F2}"));
    }

    private async Task<Round> ChainAsync()
    {
        using var folder = new TempFolder();
        BenchSite.Write(folder.Path);
        await using var host = await HostProcess.StartAsync(folder.Path, "--roles", "all,-simulators", "--site", folder.Path);
        Run(host.MqttPort, Points * 20, DateTimeOffset.UnixEpoch); // warms up; its times are rejected as too old
        var start = TimeProvider.System.GetUtcNow() - TimeSpan.FromSeconds(60);
        var round = Measure(host.Id, host.MqttPort, start, null);
        await CheckStoredAsync(host, start);
        return round;
    }

    /// <summary>An acknowledgement that keeps nothing would be quick: every message must be in the store, once.</summary>
    private async Task CheckStoredAsync(HostProcess host, DateTimeOffset start)
    {
        var (from, to) = (start.ToUnixTimeMilliseconds(), start.AddMinutes(1).ToUnixTimeMilliseconds());
        var stored = 0L;
        for (var point = 0; point < Points; point++)
        {
            var answer = await host.GetAsync(Line($"/api/v1/history?point=bench/E-{point:D4}/v&from={from}&to={to}&every=1d"));
            stored += answer.GetProperty("windows").EnumerateArray().Sum(static w => w.GetProperty("count").GetInt64());
        }

        if (stored != messages) throw new InvalidOperationException(Line($"{messages} messages were acknowledged, {stored} are stored."));
    }

    private async Task<Round> MosquittoAsync()
    {
        await using var broker = await MosquittoBroker.StartAsync(
            ["log_type none", "log_type information", "max_queued_messages 0", "max_inflight_messages 2000", "set_tcp_nodelay true"]);
        using var subscriber = new RawSubscriber(broker.Port, messages);
        return Measure(broker.ProcessId, broker.Port, TimeProvider.System.GetUtcNow(), subscriber);
    }

    private Round Measure(int processId, int port, DateTimeOffset start, RawSubscriber? subscriber)
    {
        var cpu = CpuTime.Of(processId);
        var before = Stopwatch.GetTimestamp();
        Run(port, messages, start);
        subscriber?.Wait();
        return new(messages, Stopwatch.GetElapsedTime(before), CpuTime.Of(processId) - cpu);
    }

    private static void Run(int port, int count, DateTimeOffset start)
    {
        var plan = new MessagePlan(Points, start);
        var threads = Enumerable.Range(0, Publishers).Select(p => new Thread(() =>
        {
            using var publisher = RawPublisher.Connect(port, Line($"bench-{p}"));
            publisher.Publish(plan, p, Publishers, count);
        })).ToList();
        threads.ForEach(static t => t.Start());
        threads.ForEach(static t => t.Join());
    }

    private static Round Show(string name, Round round)
    {
        Console.WriteLine(Line($"  {name,-34}{round.PerSecond,12:N0} messages/s{round.CpuMicroseconds,8:F1} us CPU a message"));
        return round;
    }

    private static Round Median(List<Round> all) => all.OrderBy(static r => r.PerSecond).ElementAt(all.Count / 2);

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private readonly record struct Round(int Messages, TimeSpan Took, TimeSpan Cpu)
    {
        public double PerSecond => Messages / Took.TotalSeconds;

        public double CpuMicroseconds => Cpu.TotalMicroseconds / Messages;
    }
}
