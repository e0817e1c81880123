using System.Diagnostics;

namespace Plantroom.Benchmarks.Mqtt;

/// <summary>
/// A thousand topics from several publishers to one subscriber of everything, through brokers side by side. What counts is the processor
/// time of the broker for each message that arrived: rates depend on what else the machine does. The bare sockets at both ends cost the
/// same for every contender.
/// </summary>
internal sealed class FanInBenchmark(BenchArguments arguments)
{
    /// <summary>Messages in flight over all publishers with QoS 1.</summary>
    private const int Window = 10_000;

    /// <summary>Threads that the publishers are spread over.</summary>
    private const int Groups = 2;

    private readonly int rounds = arguments.Number("rounds", 3);
    private readonly int messages = arguments.Number("messages", 1_000_000);
    private readonly int perSecond = arguments.Number("rate", 20_000);

    public async Task RunAsync()
    {
        var contenders = await Contender.StartAllAsync(arguments);
        try
        {
            foreach (var contender in contenders) WarmUp(contender.Port);
            foreach (var qos in arguments.Numbers("qos", 0, 1))
            {
                foreach (var publishers in arguments.Numbers("publishers", 10, 100).Where(static p => p > 0))
                    Compare(contenders, new(qos, publishers, messages, 0));
                if (perSecond > 0) Compare(contenders, new(qos, 10, perSecond * 10, perSecond));
            }
        }
        finally
        {
            foreach (var contender in contenders) await contender.DisposeAsync();
        }
    }

    /// <summary>Code that is compiled as it runs has to have run for a while.</summary>
    public static void WarmUp(int port)
    {
        foreach (var qos in new[] { 0, 1, 1, 0 })
        {
            using var subscriber = new CheckingSubscriber(port, qos, 200_000, timed: false);
            Publish(port, new(qos, 10, 200_000, 0));
            subscriber.Wait();
        }
    }

    /// <summary>Publishes the load and returns when all of it is sent, or acknowledged.</summary>
    public static void Publish(int port, Load load)
    {
        var groups = load.PerSecond > 0 ? 1 : Math.Min(Groups, load.Publishers);
        var threads = Enumerable.Range(0, groups).Select(g => new Thread(() => PublishShare(port, load, g, groups))).ToList();
        threads.ForEach(static t => t.Start());
        threads.ForEach(static t => t.Join());
    }

    private void Compare(List<Contender> contenders, Load load)
    {
        Console.WriteLine(load.ToString());
        var results = contenders.ToDictionary(static c => c, static _ => new List<Round>());
        for (var round = 0; round < rounds; round++)
        {
            foreach (var contender in contenders) results[contender].Add(Measure(contender, load));
        }

        var ours = results.Where(static r => r.Key.Name == "plantroom").Select(static r => Round.Median(r.Value)).FirstOrDefault();
        foreach (var (contender, all) in results) Table.Row(contender.Name, Round.Median(all), ours);
    }

    private static Round Measure(Contender contender, Load load)
    {
        using var subscriber = new CheckingSubscriber(contender.Port, load.Qos, load.Messages, timed: load.PerSecond > 0);
        var cpu = contender.Cpu;
        var before = Stopwatch.GetTimestamp();
        Publish(contender.Port, load);
        subscriber.Wait();
        var took = Stopwatch.GetElapsedTime(before, subscriber.LastReceived);
        var round = new Round(subscriber.Received, load.Messages - subscriber.Received, took, contender.Cpu - cpu)
        {
            Disordered = subscriber.Disordered,
            Delays = load.PerSecond > 0 ? $"delay p50 {subscriber.Delay(0.5):F2} ms, p99 {subscriber.Delay(0.99):F2} ms" : "",
        };
        if (load.Qos == 1 && round.Lost > 0) Console.WriteLine($"  {contender.Name} has lost QoS 1 messages");
        return round;
    }

    private static void PublishShare(int port, Load load, int group, int groups)
    {
        var own = Enumerable.Range(0, load.Publishers).Where(p => p % groups == group).Select(p => new StreamPublisher(
            port, $"bench-{p}", new MessageStream(p, load.Publishers, load.Qos), load.Qos, Math.Max(1, Window / load.Publishers))).ToList();
        using var publishers = new PublisherGroup(own, (load.Messages / groups) + (group < load.Messages % groups ? 1 : 0));
        if (load.PerSecond > 0) publishers.Pace(load.PerSecond);
        else publishers.Saturate();
    }
}

/// <summary>What is published.</summary>
/// <param name="Qos">0 or 1, for publishers and subscriber.</param>
/// <param name="Publishers">Connections.</param>
/// <param name="Messages">In all.</param>
/// <param name="PerSecond">0: as fast as the broker takes it.</param>
internal sealed record Load(int Qos, int Publishers, int Messages, int PerSecond)
{
    public override string ToString() =>
        $"QoS {Qos}, {Publishers} publishers, {Messages:N0} messages, {(PerSecond > 0 ? $"{PerSecond:N0} a second" : "saturated")}";
}
