using System.Globalization;
using Plantroom.Benchmarks;

// dotnet run -c Release --project tests/Benchmarks -- chain [messages] [rounds]
if (args is not ["chain", ..])
{
    Console.WriteLine("Benchmarks: chain [messages = 300000] [rounds = 3]");
    return 2;
}

int Argument(int index, int otherwise) => args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : otherwise;
await new ChainBenchmark(messages: Argument(1, 300_000), rounds: Argument(2, 3)).RunAsync();
return 0;
