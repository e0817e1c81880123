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

    /// <summary>What is published is some days old, so that it is packed while more of it comes.</summary>
    private static readonly string[] Settings =
        ["--roles", "all,-simulators", "--Ingest:CompactAfter", "00:15:00", "--Ingest:CompactEvery", "00:00:01"];

    private readonly TempFolder folder = new();
    private readonly ReadingLoad load = new();
    private readonly Random random = new(1);

    private static int Kills =>
        int.TryParse(Environment.GetEnvironmentVariable("KILL_ROUNDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var kills) ? kills : DefaultKills;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Kill_UnderLoad_KeepsEveryAcknowledgedReadingOnce()
    {
        for (var kill = 0; kill < Kills; kill++) await LoadAndKillAsync(random.Next(50, 5000));

        await using var host = await HostProcess.StartAsync(folder.Path, Settings);
        await load.AssertKeptAsync(host);
        using var file = new DatabaseFile(folder.File("history.db"));
        TestContext.Current.TestOutputHelper?.WriteLine($"{Kills} kills, {load.Acknowledged} acknowledged readings stored, {Packed(file)} packed");
        await Eventually.True(() => Packed(file) >= load.Acknowledged - 1, "all but the newest are packed", TestContext.Current.CancellationToken);
        await load.AssertKeptAsync(host);
        await host.InterruptAsync();
        Assert.Equal("ok", file.IntegrityCheck());
    }

    private static long Packed(DatabaseFile file) => file.Number("SELECT coalesce(sum(count), 0) FROM chunk");

    /// <summary>Publishes from many tasks and kills the system in the middle of it.</summary>
    private async Task LoadAndKillAsync(int after)
    {
        await using var host = await HostProcess.StartAsync(folder.Path, Settings);
        await using var sending = await load.StartAsync(host.MqttPort);
        await load.MoreAsync(after);
        await host.KillAsync();
    }
}
