using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Plantroom.Mqtt;

namespace Plantroom.Benchmarks.Mqtt;

/// <summary>What <see cref="BrokerProcess"/> starts. Says its port, then answers one question a line until the input ends.</summary>
internal static class BrokerOnly
{
    /// <summary>Everybody but ours lets ten thousand connect without being asked; a test of exactly so many needs a few more.</summary>
    private const int Connections = 20_000;

    public static async Task RunAsync(int port, bool withHandler)
    {
        var options = new MqttBrokerOptions { Port = port, MaximumConnections = Connections, MaximumSessions = 2 * Connections };
        await using var broker = new MqttBroker(options, TimeProvider.System, NullLogger<MqttBroker>.Instance);
        await broker.StartAsync();
        var handler = new OrderedHandler();
        if (withHandler) await broker.SubscribeAsync("#", handler.Take);
        Say(broker.EndPoint.Port);
        while (Console.ReadLine() is { } question) Say(Answer(question, broker, handler));
    }

    private static long Answer(string question, MqttBroker broker, OrderedHandler handler) => question switch
    {
        "handled" => handler.Count,
        "restart" => handler.Restart(),
        "disordered" => handler.Disordered,
        "dropped" => broker.Statistics.Dropped,
        "allocated" => GC.GetTotalAllocatedBytes(precise: true),
        "heap" => GC.GetTotalMemory(forceFullCollection: true),
        _ => throw new ArgumentException(question),
    };

    private static void Say(long number)
    {
        Console.Out.WriteLine(number.ToString(CultureInfo.InvariantCulture));
        Console.Out.Flush();
    }

    /// <summary>Counts, checks that each topic comes in order, and acknowledges at once. A topic is published over one connection, and
    /// so its messages never meet here.</summary>
    private sealed class OrderedHandler
    {
        private readonly int[] next = new int[MessageStream.Topics];
        private long count;
        private long disordered;

        public long Count => Interlocked.Read(ref count);

        public long Disordered => Interlocked.Read(ref disordered);

        /// <summary>A new round: every topic begins at zero again.</summary>
        /// <returns>How many messages came before it.</returns>
        public long Restart()
        {
            Array.Clear(next);
            return Count;
        }

        public ValueTask Take(in MqttMessage message)
        {
            var (topic, number) = MessageStream.Read(message.Payload);
            if (number < next[topic]) Interlocked.Increment(ref disordered);
            next[topic] = number + 1;
            Interlocked.Increment(ref count);
            message.Acknowledgement.Complete();
            return ValueTask.CompletedTask;
        }
    }
}
