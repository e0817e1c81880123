using System.Diagnostics;
using System.Net.Sockets;

namespace Plantroom.Benchmarks.Mqtt;

/// <summary>One publisher of QoS 0 and many subscribers of everything; what counts is the processor time of the broker for each copy.</summary>
internal sealed class FanOutBenchmark(BenchArguments arguments)
{
    private readonly int subscribers = arguments.Number("subscribers", 1_000);
    private readonly int messages = arguments.Number("messages", 1_000);
    private readonly int rounds = arguments.Number("rounds", 3);
    private readonly int perSecond = arguments.Number("rate", 200);

    public async Task RunAsync()
    {
        var contenders = await Contender.StartAllAsync(arguments);
        try
        {
            foreach (var load in new[] { new Load(0, 1, messages, 0), new Load(0, 1, messages, perSecond) })
            {
                Console.WriteLine($"1 publisher, {subscribers:N0} subscribers, {load}");
                foreach (var contender in contenders) Measure(contender, load);
                var results = contenders.ToDictionary(static c => c, static _ => new List<Round>());
                for (var round = 0; round < rounds; round++)
                {
                    foreach (var contender in contenders) results[contender].Add(Measure(contender, load));
                }

                var ours = results.Where(static r => r.Key.Name == "plantroom").Select(static r => Round.Median(r.Value)).FirstOrDefault();
                foreach (var (contender, all) in results) Table.Row(contender.Name, Round.Median(all), ours);
            }
        }
        finally
        {
            foreach (var contender in contenders) await contender.DisposeAsync();
        }
    }

    private Round Measure(Contender contender, Load load)
    {
        using var crowd = new Crowd(contender.Port, subscribers, messages);
        var cpu = contender.Cpu;
        var before = Stopwatch.GetTimestamp();
        FanInBenchmark.Publish(contender.Port, load);
        crowd.Wait();
        var expected = messages * subscribers;
        return new(crowd.Received, expected - crowd.Received, Stopwatch.GetElapsedTime(before, crowd.LastReceived), contender.Cpu - cpu);
    }
}

/// <summary>Many subscribers of QoS 0 that one thread reads and counts in bytes, as all packets are of one size.</summary>
internal sealed class Crowd : IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);
    private readonly List<Socket> sockets = [];
    private readonly Thread thread;
    private readonly long expected;
    private readonly int size = new MessageStream(0, 1, 0).Size;
    private long bytes;

    public Crowd(int port, int subscribers, int messages)
    {
        for (var i = 0; i < subscribers; i++)
        {
            var socket = RawMqtt.Connect(port, $"crowd-{i}");
            socket.Send([0x82, 6, 0, 1, 0, 1, (byte)'#', 0]);
            RawMqtt.ReadExactly(socket, 5);
            sockets.Add(socket);
        }

        expected = (long)subscribers * messages * size;
        thread = new Thread(Read) { IsBackground = true };
    }

    public int Received => (int)(bytes / size);

    /// <summary>When the last bytes came, in ticks of <see cref="Stopwatch"/>.</summary>
    public long LastReceived { get; private set; }

    /// <summary>Reads until everything has come, or nothing has come for two seconds: then the rest is lost.</summary>
    public void Wait()
    {
        thread.Start();
        thread.Join();
    }

    public void Dispose() => sockets.ForEach(static s => s.Dispose());

    private void Read()
    {
        var buffer = new byte[256 * 1024];
        LastReceived = Stopwatch.GetTimestamp();
        while (bytes < expected && Stopwatch.GetElapsedTime(LastReceived) < Quiet)
        {
            var ready = new List<Socket>(sockets);
            Socket.Select(ready, null, null, TimeSpan.FromMilliseconds(10));
            foreach (var socket in ready) bytes += socket.Receive(buffer);
            if (ready.Count > 0) LastReceived = Stopwatch.GetTimestamp();
        }
    }
}
