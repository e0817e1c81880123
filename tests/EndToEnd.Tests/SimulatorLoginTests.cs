using System.Diagnostics;
using Plantroom.TestKit;
using Plantroom.TestKit.Hosting;

namespace Plantroom.EndToEnd.Tests;

/// <summary>The simulated building at a broker that lets in nobody without a password.</summary>
public sealed class SimulatorLoginTests : IDisposable
{
    private readonly TempFolder folder = new();

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Start_BrokerWantsAUserAndTheSimulatorHasNone_SaysWhatToDo()
    {
        var (exitCode, _, errors) = await HostProcess.RunAsync(
            folder.Path, "--data", folder.File("data"), "--Mqtt:AnonymousLoopback", "false", "--http-port", "0", "--mqtt-port", "0",
            "--Simulator:Broker:PasswordFile", folder.File("none"));

        Assert.Equal(2, exitCode);
        Assert.Contains("  Simulator:Broker:UserName: the broker of this process lets in nobody", errors, StringComparison.Ordinal);
        Assert.Contains("  Simulator:Broker:PasswordFile: ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithUserAndPasswordFile_ReadingsArrive_AndThePasswordIsNowhere()
    {
        var password = folder.File("password");
        await File.WriteAllTextAsync(password, "a-secret-word\n", Ending);
        var start = new ProcessStartInfo("dotnet", [HostProcess.HostFile, "mqtt", "passwd", "simulator", "--data", folder.Path])
        {
            RedirectStandardInput = true,
        };
        using (var command = Process.Start(start)!)
        {
            await command.StandardInput.WriteLineAsync("a-secret-word");
            command.StandardInput.Close();
            await command.WaitForExitAsync(Ending);
            Assert.Equal(0, command.ExitCode);
        }

        await using var host = await HostProcess.StartAsync(
            folder.Path, "--Mqtt:AnonymousLoopback", "false", "--Simulator:Backfill", "0", "--Simulator:Broker:UserName", "simulator",
            "--Simulator:Broker:PasswordFile", password, "--Logging:LogLevel:Default", "Debug");

        await host.UntilAsync("/api/v1/last?prefix=hq/", static a => a.GetProperty("readings").GetArrayLength() > 20);
        Assert.DoesNotContain("a-secret-word", host.Output + host.Errors, StringComparison.Ordinal);
    }
}
