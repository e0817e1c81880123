using Plantroom.TestKit;
using Plantroom.TestKit.Hosting;
using Plantroom.TestKit.Mosquitto;

namespace Plantroom.EndToEnd.Tests;

/// <summary>What was acknowledged before a backup began is in it, and comes back from it.</summary>
public sealed class BackupTests : IDisposable
{
    private static readonly string[] Settings = ["--roles", "all,-simulators", "--Ingest:CompactAfter", "00:15:00", "--Ingest:CompactEvery", "00:00:01"];
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Backup_UnderLoad_RestoresEveryReadingAcknowledgedBefore()
    {
        var load = new ReadingLoad();
        Directory.CreateDirectory(folder.File("data"));
        await using (var host = await HostProcess.StartAsync(folder.File("data"), Settings))
        {
            await using (await load.StartAsync(host.MqttPort)) await load.MoreAsync(3000);
            var more = new ReadingLoad();
            await using (await more.StartAsync(host.MqttPort))
            {
                await more.MoreAsync(100);
                await DoneAsync("backup", "copy", "--data", "data");
            }

            Assert.Equal(2, (await HostProcess.RunAsync(folder.Path, "restore", "copy", "--data", "data")).ExitCode);
        }

        await DoneAsync("restore", "copy", "--data", "restored");
        await DoneAsync("check", "--data", "restored");
        await using var restored = await HostProcess.StartAsync(folder.File("restored"), Settings);
        await load.AssertKeptAsync(restored);
        await DoneAsync("check", "--data", "restored");
    }

    [Fact]
    public async Task Backup_RemoteStoreIsAway_HasWhatWaitsForIt()
    {
        var load = new ReadingLoad();
        string[] remote = ["--roles", "all,-simulators", "--Ingest:Store", "Influx", "--Influx:Url", $"http://127.0.0.1:{MosquittoBroker.FreePort()}"];
        Directory.CreateDirectory(folder.File("data"));
        await using (var host = await HostProcess.StartAsync(folder.File("data"), remote))
        {
            await using (await load.StartAsync(host.MqttPort)) await load.MoreAsync(500);
            Assert.Contains("on their way to the remote store", await DoneAsync("backup", "copy", "--data", "data"), StringComparison.Ordinal);
        }

        await DoneAsync("restore", "copy", "--data", "restored");
        await using var restored = await HostProcess.StartAsync(folder.File("restored"), remote);
        var waiting = (await restored.GetAsync("/api/v1/storage")).GetProperty("spoolReadings").GetInt64();
        Assert.InRange(waiting, load.Acknowledged, long.MaxValue);
    }

    private async Task<string> DoneAsync(params string[] words)
    {
        var (code, output, errors) = await HostProcess.RunAsync(folder.Path, words);
        Assert.True(code == 0, $"{string.Join(' ', words)} ended with {code}\n{output}\n{errors}");
        return output;
    }
}
