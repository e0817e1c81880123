using System.Diagnostics;

namespace Plantroom.Benchmarks.Mqtt;

/// <summary>
/// From publishers outside of the process to a subscriber inside of the broker's: what the embedded chain uses. Every message is seen by
/// the handler, in order, before its publisher is acknowledged.
/// </summary>
internal sealed class LocalBenchmark(BenchArguments arguments)
{
    private readonly int messages = arguments.Number("messages", 2_000_000);
    private readonly int rounds = arguments.Number("rounds", 3);

    public async Task RunAsync()
    {
        await using var broker = await BrokerProcess.StartAsync("local");
        FanInBenchmark.Publish(broker.Port, new(1, 10, messages, 0));
        foreach (var qos in arguments.Numbers("qos", 0, 1))
        {
            foreach (var publishers in arguments.Numbers("publishers", 2, 10, 100)) await CompareAsync(broker, new(qos, publishers, messages, 0));
        }
    }

    private async Task CompareAsync(BrokerProcess broker, Load load)
    {
        Console.WriteLine(load.ToString());
        var all = new List<Round>();
        for (var round = 0; round < rounds; round++) all.Add(await MeasureAsync(broker, load));
        Table.Row("plantroom", Round.Median(all), null);
    }

    private static async Task<Round> MeasureAsync(BrokerProcess broker, Load load)
    {
        var (handled, disordered) = (await broker.AskAsync("restart"), await broker.AskAsync("disordered"));
        var allocated = await broker.AskAsync("allocated");
        var cpu = CpuTime.Of(broker.Process.Id);
        var before = Stopwatch.GetTimestamp();
        FanInBenchmark.Publish(broker.Port, load);
        while (await broker.AskAsync("handled") < handled + load.Messages)
        {
            // With QoS 0 the last of them are still on their way.
        }

        var took = Stopwatch.GetElapsedTime(before);
        return new(load.Messages, 0, took, CpuTime.Of(broker.Process.Id) - cpu)
        {
            Disordered = (int)(await broker.AskAsync("disordered") - disordered),
            Delays = $"{(double)(await broker.AskAsync("allocated") - allocated) / load.Messages:F2} heap bytes a message",
        };
    }
}
