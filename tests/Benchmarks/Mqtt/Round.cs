namespace Plantroom.Benchmarks.Mqtt;

/// <summary>What one contender did in one round.</summary>
internal sealed record Round(int Received, int Lost, TimeSpan Took, TimeSpan Cpu)
{
    public int Disordered { get; init; }

    public string Delays { get; init; } = "";

    public double PerSecond => Received / Took.TotalSeconds;

    /// <summary>Processor seconds of the broker for a million messages that arrived.</summary>
    public double CpuPerMillion => Cpu.TotalSeconds * 1e6 / Received;

    public static Round Median(List<Round> all) => all.OrderBy(static r => r.CpuPerMillion).ElementAt(all.Count / 2);
}

/// <summary>One line for each contender.</summary>
internal static class Table
{
    public static void Row(string name, Round round, Round? ours)
    {
        var ratio = ours is null || ours == round
            ? ""
            : $"  ours is {round.CpuPerMillion / ours.CpuPerMillion:F2} times as frugal, {ours.PerSecond / round.PerSecond:F2} times as fast";
        var right = $"lost {round.Lost,9:N0}  disordered {round.Disordered}  {round.Delays}";
        Console.WriteLine($"  {name,-12}{round.CpuPerMillion,8:F2} CPU-s per million {round.PerSecond,12:N0}/s  {right}{ratio}");
    }
}
