using System.Buffers;
using Plantroom.TestKit.Influx;

namespace Plantroom.Benchmarks.Influx;

/// <summary>Posts bodies of 5,000 lines that are made before, on two connections.</summary>
internal sealed class BareClient
{
    private const int Lines = 5000;
    private const int Connections = 2;
    private readonly List<ReadOnlyMemory<byte>> bodies = [];

    public BareClient(InfluxLoad load)
    {
        var writer = new LineProtocolWriter();
        for (var at = 0; at < load.All.Length; at += Lines)
        {
            var body = new ArrayBufferWriter<byte>();
            writer.Write(load.All.Span[at..Math.Min(at + Lines, load.All.Length)], body);
            bodies.Add(body.WrittenMemory);
        }
    }

    public async Task RunAsync(InfluxServer server, string database)
    {
        using var http = new HttpClient { BaseAddress = server.Url };
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(async _ =>
        {
            for (var i = Interlocked.Increment(ref next); i < bodies.Count; i = Interlocked.Increment(ref next))
            {
                using var body = new ReadOnlyMemoryContent(bodies[i]);
                using var answer = await http.PostAsync(new Uri($"write?db={database}", UriKind.Relative), body);
                answer.EnsureSuccessStatusCode();
            }
        }));
    }
}
