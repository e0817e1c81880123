using Plantroom.TestKit;
using Plantroom.TestKit.Hosting;
using Plantroom.TestKit.Mosquitto;

namespace Plantroom.Host.Tests;

/// <summary>The program as it ships, with its bus on a Mosquitto.</summary>
public sealed class HostOnMqttBusTests : IDisposable
{
    private readonly TempFolder folder = new();

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Reading_OverTheBroker_RaisesAnAlarmAndIsStored_AlsoAfterTheBrokerWasRestarted()
    {
        await using var mosquitto = await MosquittoBroker.StartAsync(["max_queued_messages 0"], Ending);
        await using var witness = await new MosquittoClients(mosquitto.Port).SubscribeAsync("plantroom/v1/#", 1, Ending);
        await using var host = await HostProcess.StartAsync(
            folder.Path, "--roles", "all,-simulators", "--Bus:Kind", "mqtt", "--Bus:Broker:Port", $"{mosquitto.Port}",
            "--Bus:Broker:ReconnectDelay", "00:00:00.1");
        var device = new MosquittoClients(host.MqttPort);

        Assert.Equal(0, await device.PublishAsync("plantroom/v1/in/hq/FP-1/fire", "1", 1, Ending));

        await host.UntilAsync("/api/v1/alarms", static a => a.GetArrayLength() == 1);
        await host.UntilAsync("/api/v1/last?prefix=hq/FP-1/", static a => a.GetProperty("readings").GetArrayLength() == 1);
        var reading = await witness.ReadAsync(Ending);
        Assert.Equal("plantroom/v1/readings/hq", reading.Topic);
        Assert.Matches(@"^\w+,building=\w+,equipment=FP-1,site=hq fire=1 \d{19}$", reading.Payload);
        var alarm = await witness.ReadAsync(Ending);
        Assert.StartsWith("plantroom/v1/alarms/hq/FP-1/", alarm.Topic, StringComparison.Ordinal);
        Assert.Contains("\"event\":\"raised\"", alarm.Payload, StringComparison.Ordinal);

        await mosquitto.RestartSavedAsync(Ending);
        Assert.Equal(0, await device.PublishAsync("plantroom/v1/in/hq/L-1/entrapment", "on", 1, Ending));

        await host.UntilAsync("/api/v1/alarms", static a => a.GetArrayLength() == 2);
        await host.UntilAsync("/api/v1/last?prefix=hq/L-1/", static a => a.GetProperty("readings").GetArrayLength() == 1);
        var (exitCode, took) = await host.InterruptAsync();
        Assert.Equal(0, exitCode);
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.DoesNotContain("ERROR", host.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Acknowledge_WhileTheBrokerHangs_DoesNotWait_AndOthersHearOfItLater()
    {
        await using var mosquitto = await MosquittoBroker.StartAsync(["max_queued_messages 0"], Ending);
        await using var witness = await new MosquittoClients(mosquitto.Port).SubscribeAsync("plantroom/v1/alarms/#", 1, Ending);
        await using var host = await HostProcess.StartAsync(
            folder.Path, "--roles", "all,-simulators", "--Bus:Kind", "mqtt", "--Bus:Broker:Port", $"{mosquitto.Port}");
        Assert.Equal(0, await new MosquittoClients(host.MqttPort).PublishAsync("plantroom/v1/in/hq/FP-1/fire", "1", 1, Ending));
        var alarms = await host.UntilAsync("/api/v1/alarms", static a => a.GetArrayLength() == 1);
        await witness.ReadAsync(Ending);

        mosquitto.Freeze();
        await host.AcknowledgeAsync(alarms[0].GetProperty("id").GetInt64(), "Li", "on my way").WaitAsync(TimeSpan.FromSeconds(10), Ending);
        await host.UntilAsync("/api/v1/alarms", static a => a[0].GetProperty("acknowledgedBy").GetString() == "Li");
        mosquitto.Thaw();

        Assert.Contains("\"event\":\"acknowledged\"", (await witness.ReadAsync(Ending)).Payload, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_BusSettingsAreWrong_NamesAllOfThemAndEnds()
    {
        var (exitCode, _, errors) = await HostProcess.RunAsync(
            folder.Path, "--data", folder.Path, "--Bus:Kind", "mqtt", "--Bus:Broker:Port", "70000", "--Bus:ClientId", "a/b",
            "--Bus:PasswordFile", folder.File("none"), "--Bus:Broker:Hots", "x", "--http-port", "0", "--mqtt-port", "0");

        Assert.Equal(2, exitCode);
        foreach (var key in new[] { "Bus:Broker:Port: ", "Bus:ClientId: ", "Bus:PasswordFile: ", "Bus:Broker:Hots: " })
            Assert.Contains("  " + key, errors, StringComparison.Ordinal);
    }
}
