using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Plantroom.TestKit.Influx;

namespace Plantroom.Benchmarks.Influx;

/// <summary>
/// How many readings a second get into a real InfluxDB through our bus, spool and delivery, beside what the same server takes of the same
/// lines from a bare HTTP client that has made them before. The rounds take turns, in one run; the server counts what it got.
/// </summary>
internal sealed class InfluxWriteBenchmark(int readings, int rounds)
{
    public async Task RunAsync()
    {
        Console.WriteLine(
            Line($"{readings:N0} readings a round, {InfluxLoad.Points:N0} points, {Environment.ProcessorCount} cores shared with the server"));
        await using var server = await InfluxServer.StartAsync();
        var load = new InfluxLoad(readings);
        var (bare, ours) = (new BareClient(load), new WholeDelivery(load));
        var (theirs, mine) = (new List<Round>(), new List<Round>());
        await RoundAsync(server, bare.RunAsync);
        await RoundAsync(server, ours.RunAsync);
        for (var round = 0; round < rounds; round++)
        {
            theirs.Add(Show("bare client, lines made before", await RoundAsync(server, bare.RunAsync)));
            mine.Add(Show("bus, spool and delivery", await RoundAsync(server, ours.RunAsync)));
        }

        var (a, b) = (Median(theirs), Median(mine));
        Console.WriteLine(Line($"median: bare {a.PerSecond:N0}/s ({a.Cpu:F2} us of our CPU each),"));
        Console.WriteLine(Line($"        delivery {b.PerSecond:N0}/s ({b.Cpu:F2} us of our CPU each)"));
        Console.WriteLine(Line($"ratio delivery / bare: {b.PerSecond / a.PerSecond:F2}"));
    }

    private async Task<Round> RoundAsync(InfluxServer server, Func<InfluxServer, string, Task> write)
    {
        var database = await server.NewDatabaseAsync();
        GC.Collect();
        var (cpu, started) = (Cpu(), Stopwatch.GetTimestamp());
        var serverCpu = CpuTime.Of(server.ProcessId);
        await write(server, database);
        var round = new Round(
            readings / Stopwatch.GetElapsedTime(started).TotalSeconds,
            (Cpu() - cpu).TotalMicroseconds / readings,
            (CpuTime.Of(server.ProcessId) - serverCpu).TotalMicroseconds / readings);
        var stored = await CountAsync(server, database);
        if (stored != readings) throw new InvalidOperationException(Line($"{readings} readings were written, {stored} are stored."));
        await server.QueryAsync($"DROP DATABASE \"{database}\"");
        return round;
    }

    private static async Task<long> CountAsync(InfluxServer server, string database)
    {
        using var answer = JsonDocument.Parse(await server.QueryAsync("SELECT count(v) FROM /.*/", database));
        return answer.RootElement.GetProperty("results")[0].GetProperty("series").EnumerateArray()
            .Sum(static s => s.GetProperty("values")[0][1].GetInt64());
    }

    private static TimeSpan Cpu() => CpuTime.Of(Environment.ProcessId);

    private static Round Show(string name, Round round)
    {
        var cpu = Line($"{round.Cpu,8:F2} us of our CPU, {round.ServerCpu:F2} us of the server's");
        Console.WriteLine(Line($"  {name,-32}{round.PerSecond,12:N0} readings/s{cpu}"));
        return round;
    }

    private static Round Median(List<Round> all) => all.OrderBy(static r => r.PerSecond).ElementAt(all.Count / 2);

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private readonly record struct Round(double PerSecond, double Cpu, double ServerCpu);
}
