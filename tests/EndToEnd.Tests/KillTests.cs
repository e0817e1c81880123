using System.Globalization;
using Plantroom.TestKit;
using Plantroom.TestKit.Hosting;

namespace Plantroom.EndToEnd.Tests;

/// <summary>
/// The promise behind a PUBACK: kill the process at any moment, and every acknowledged reading is there, once. How many times is set by
/// <c>KILL_ROUNDS</c>.
/// </summary>
public sealed class KillTests : IDisposable
{
    private const int DefaultKills = 10;
    private readonly TempFolder folder = new();
    private readonly ReadingLoad load = new();
    private readonly Random random = new(1);

    private static int Kills =>
        int.TryParse(Environment.GetEnvironmentVariable("KILL_ROUNDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var kills) ? kills : DefaultKills;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Kill_UnderLoad_KeepsEveryAcknowledgedReadingOnce()
    {
        for (var kill = 0; kill < Kills; kill++) await LoadAndKillAsync(random.Next(50, 1500));

        await using var host = await HostProcess.StartAsync(folder.Path, "--roles", "all,-simulators");
        await load.AssertKeptAsync(host);
        TestContext.Current.TestOutputHelper?.WriteLine($"{Kills} kills, {load.Acknowledged} acknowledged readings, all of them stored");
    }

    /// <summary>Publishes from many tasks and kills the system in the middle of it.</summary>
    private async Task LoadAndKillAsync(int after)
    {
        await using var host = await HostProcess.StartAsync(folder.Path, "--roles", "all,-simulators");
        await using var sending = await load.StartAsync(host.MqttPort);
        await load.MoreAsync(after);
        await host.KillAsync();
    }
}
