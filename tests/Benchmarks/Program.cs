using System.Globalization;
using Plantroom.Benchmarks;
using Plantroom.Benchmarks.Influx;
using Plantroom.Benchmarks.Mqtt;
using Plantroom.Benchmarks.Storage;
using Plantroom.Benchmarks.Storage.Peers;

// dotnet run -c Release --project tests/Benchmarks; without arguments it says what there is.
int Argument(int index, int otherwise) => args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : otherwise;
switch (args.FirstOrDefault())
{
    case "chain":
        await new ChainBenchmark(messages: Argument(1, 300_000), rounds: Argument(2, 3)).RunAsync();
        return 0;
    case "alarm":
        await new AlarmBenchmark(alarms: Argument(1, 200), perSecond: Argument(2, 5_000)).RunAsync();
        return 0;
    case "history-query":
        using (var queries = new QueryBenchmark(rounds: Argument(1, 5))) await queries.RunAsync();
        return 0;
    case "lines":
        new LinesBenchmark(points: Argument(1, 20_000), rounds: Argument(2, 5)).Run();
        return 0;
    case "history":
        await using (var history = new PeerBenchmark(days: Argument(1, 7), rounds: Argument(2, 3))) await history.RunAsync();
        return 0;
    case "history-append":
        await new AppendBenchmark(readings: Argument(1, 1_000_000), rounds: Argument(2, 2)).RunAsync();
        return 0;
    case "history-rows":
        await new RowsBenchmark(rounds: Argument(1, 3)).RunAsync();
        return 0;
    case "influx-write":
        await new InfluxWriteBenchmark(readings: Argument(1, 1_000_000), rounds: Argument(2, 3)).RunAsync();
        return 0;
    case "mqtt-fan-in":
        await new FanInBenchmark(new(args[1..])).RunAsync();
        return 0;
    case "mqtt-local":
        await new LocalBenchmark(new(args[1..])).RunAsync();
        return 0;
    case "mqtt-client":
        await new ClientBenchmark(new(args[1..])).RunAsync();
        return 0;
    case "mqtt-idle":
        await new IdleBenchmark(new(args[1..])).RunAsync();
        return 0;
    case "mqtt-fan-out":
        await new FanOutBenchmark(new(args[1..])).RunAsync();
        return 0;
    case "pack":
        new PackBenchmark(days: Argument(1, 7), seed: Argument(2, 1)).Run();
        return 0;
    case "broker" or "local":
        await BrokerOnly.RunAsync(Argument(1, 0), withHandler: args[0] == "local");
        return 0;
    default:
        Console.WriteLine("""
            chain [messages = 300000] [rounds = 3]
            alarm [alarms = 200] [background readings per second = 5000]
            pack [days = 7] [seed = 1]
            history [days = 7] [rounds = 3]   beside InfluxDB and VictoriaMetrics, which must be installed
            history-append [readings = 1000000] [rounds = 2]
            history-query [rounds = 5]
            lines [points = 20000] [rounds = 5]
            history-rows [rounds = 3]
            influx-write [readings = 1000000] [rounds = 3]
            mqtt-fan-in    --messages 1000000 --rounds 3 --qos 0,1 --publishers 10,100 --rate 20000
            mqtt-fan-out   --messages 1000 --rounds 3 --subscribers 1000 --rate 200
            mqtt-local     --messages 2000000 --rounds 3 --qos 0,1 --publishers 2,10,100
            mqtt-client    --messages 5000000 --rounds 3 --qos 0,1
            mqtt-idle      --connections 10000
            mqtt-fan-in and mqtt-fan-out start Mosquitto when it is installed, and others with
                           --peer "name=command line with {port}"; --only name,name leaves the rest out
            """);
        return 2;
}
