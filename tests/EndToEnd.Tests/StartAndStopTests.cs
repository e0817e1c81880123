using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Plantroom.TestKit;
using Plantroom.TestKit.Hosting;

namespace Plantroom.EndToEnd.Tests;

/// <summary>What a person meets who starts the program for the first time, or with a mistake.</summary>
public sealed class StartAndStopTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("mqtt", "--help")]
    [InlineData("mqtt", "passwd", "--help")]
    public async Task Help_OfTheCommand_IsShown(params string[] words)
    {
        using var empty = new TempFolder();
        var (exitCode, output, errors) = await HostProcess.RunAsync(empty.Path, words);

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Contains("mqtt passwd USER", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithDefaults_SaysWhatRunsAndWhatToOpen()
    {
        await using var host = await HostProcess.StartAsync(folder.Path);

        Assert.Matches(@"Plantroom \d+\.\d+\.\d+ is running", host.Output);
        Assert.Contains("broker, gateway, ingest, alerts, maintenance, energy, dashboard, simulators", host.Output, StringComparison.Ordinal);
        Assert.Contains(folder.Path, host.Output, StringComparison.Ordinal);
        Assert.Equal("Healthy", (await host.UntilAsync("/health/ready", static _ => true)).GetProperty("status").GetString());
        Assert.Equal("Healthy", (await host.GetAsync("/health/live")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task DataFolder_ThatIsNew_IsItsOwnersAlone_AndHoldsEverything()
    {
        var data = folder.File("new/data");
        await using var host = await HostProcess.StartAsync(folder.Path, "--roles", "all,-simulators", "--data", data);
        using var page = await host.Http.GetAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);

        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(data));
        Assert.All(["history.db", "plantroom.db", "mqtt.db"], name => Assert.True(File.Exists(Path.Combine(data, name))));
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(data, "keys")));
    }

    [Fact]
    public async Task Interrupt_WhileTheBuildingIsSimulated_DrainsAndEndsWithinFiveSeconds()
    {
        await using var host = await HostProcess.StartAsync(folder.Path);
        await host.UntilAsync("/api/v1/last?prefix=hq/SP-1", static a => a.GetProperty("readings").GetArrayLength() > 0);

        var (exitCode, took) = await host.InterruptAsync();

        Assert.Equal(0, exitCode);
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.DoesNotContain("ERROR", host.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("WARNING", host.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", host.Output + host.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithSeveralMistakes_NamesThemAllAtOnce()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        await File.WriteAllTextAsync(folder.File("a-file"), "", TestContext.Current.CancellationToken);

        var (exitCode, output, errors) = await HostProcess.RunAsync(
            folder.Path, "--mqtt-port", port, "--http-port", "0", "--data", folder.File("a-file/data"), "--Ingest:MaxComit", "5", "--Ignest:MaxCommit", "5");

        Assert.Equal(2, exitCode);
        Assert.Contains($"Mqtt:Port: port {port} is taken", errors, StringComparison.Ordinal);
        Assert.Contains("Data:Folder: ", errors, StringComparison.Ordinal);
        Assert.Contains("Ingest:MaxComit: is not a known setting; did you mean MaxCommit?", errors, StringComparison.Ordinal);
        Assert.Contains("Ignest: is not a known section; did you mean Ingest?", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output + errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", output + errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--Http:Port", "70000", "Http:Port")]
    [InlineData("--Http:Port", "many", "Http:Port")]
    [InlineData("--Dashboard:UpdateInterval", "often", "Dashboard:UpdateInterval")]
    [InlineData("--Dashboard:UpdateInterval", "-1", "Dashboard:UpdateInterval")]
    [InlineData("--Ingest:MaxCommit", "-5", "Ingest:MaxCommit")]
    [InlineData("--Alerts:Tick", "0", "Alerts:Tick")]
    [InlineData("--Gateway:MaxPayload", "none", "Gateway:MaxPayload")]
    [InlineData("--Mqtt:ReceiveMaximum", "0", "Mqtt:ReceiveMaximum")]
    [InlineData("--Alerts:RainCron", "now and then", "Alerts:RainCron")]
    [InlineData("--Maintenance:Cron", "now and then", "Maintenance:Cron")]
    [InlineData("--Http:Address", "0.0.0.0", "Http:Address")]
    [InlineData("--Mqtt:Address", "0.0.0.0", "Mqtt:Address")]
    [InlineData("--Mqtt:Address", "somewhere", "Mqtt:Address")]
    [InlineData("--site", "no-such-folder", "Site:Folder")]
    [InlineData("--scenario", "no-such-scenario", "cloudburst")]
    [InlineData("--roles", "gateway,ingest", "Roles")]
    [InlineData("--roles", "janitor", "janitor")]
    [InlineData("--roles", "all,-all", "Roles")]
    [InlineData("--config", "no-such-file.json", "--config")]
    [InlineData("--no-such-option", "1", "--no-such-option")]
    public async Task Start_WithAMistake_NamesTheKeyAndEndsWithTwo(string option, string value, string named)
    {
        var (exitCode, output, errors) = await HostProcess.RunAsync(
            folder.Path, "--data", folder.File("data"), "--Http:Port", "0", "--Mqtt:Port", "0", option, value);

        Assert.Equal(2, exitCode);
        Assert.Contains(named, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", output + errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithMistakesInTheSite_NamesFileAndLine()
    {
        Directory.CreateDirectory(folder.File("rules"));
        await File.WriteAllTextAsync(folder.File("facility.yaml"), "classes:\n  pump:\n    system: drainnage\n    points: {}\nsites: []\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder.File("rules/mine.yaml"), "rules:\n  - id: X-1\n    kind: threshhold\n", TestContext.Current.CancellationToken);

        var (exitCode, _, errors) = await HostProcess.RunAsync(
            folder.Path, "--data", folder.File("data"), "--Http:Port", "0", "--Mqtt:Port", "0", "--site", folder.Path);

        Assert.Equal(2, exitCode);
        Assert.Contains("facility.yaml:3", errors, StringComparison.Ordinal);
        Assert.Contains("mine.yaml:3", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OnADataFolderInUse_IsRefused()
    {
        await using var first = await HostProcess.StartAsync(folder.Path);

        var (exitCode, _, errors) = await HostProcess.RunAsync(folder.Path, "--data", folder.Path, "--Http:Port", "0", "--Mqtt:Port", "0");

        Assert.Equal(2, exitCode);
        Assert.Contains("Data:Folder", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help", "--scenario")]
    [InlineData("--version", "0.1.0")]
    public async Task Question_IsAnsweredWithoutStarting(string option, string expected)
    {
        var (exitCode, output, _) = await HostProcess.RunAsync(folder.Path, option);

        Assert.Equal(0, exitCode);
        Assert.Contains(expected, output, StringComparison.Ordinal);
        Assert.DoesNotContain("is running", output, StringComparison.Ordinal);
    }
}
