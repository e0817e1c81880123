using System.Globalization;
using Plantroom.Benchmarks;
using Plantroom.Benchmarks.Mqtt;

// dotnet run -c Release --project tests/Benchmarks -- chain [messages] [rounds]
// dotnet run -c Release --project tests/Benchmarks -- alarm [alarms] [background readings per second]
int Argument(int index, int otherwise) => args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : otherwise;
switch (args.FirstOrDefault())
{
    case "chain":
        await new ChainBenchmark(messages: Argument(1, 300_000), rounds: Argument(2, 3)).RunAsync();
        return 0;
    case "alarm":
        await new AlarmBenchmark(alarms: Argument(1, 200), perSecond: Argument(2, 5_000)).RunAsync();
        return 0;
    case "mqtt-fan-in":
        await new FanInBenchmark(new(args[1..])).RunAsync();
        return 0;
    case "broker" or "local":
        await BrokerOnly.RunAsync(Argument(1, 0), withHandler: args[0] == "local");
        return 0;
    default:
        Console.WriteLine("Benchmarks: chain [messages = 300000] [rounds = 3], alarm [alarms = 200] [background readings per second = 5000]");
        return 2;
}
