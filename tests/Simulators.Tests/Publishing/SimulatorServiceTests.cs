using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using NSubstitute;
using Plantroom.Mqtt;
using Plantroom.TestKit;

namespace Plantroom.Simulators.Tests.Publishing;

public sealed class SimulatorServiceTests : IAsyncDisposable
{
    private readonly ManualClock clock = new();
    private readonly RecordingClient client = new();
    private readonly Dictionary<string, string?> settings = [];

    public ValueTask DisposeAsync() => client.DisposeAsync();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_OfTheService_ConnectsAndIsBorn()
    {
        using var host = await StartAsync();
        var birth = await client.FirstAsync(static m => m.Topic == "plantroom/v1/status/simulator", Cancelled);
        Assert.Equal(("online", true, MqttQos.AtLeastOnce), (birth.Text, birth.Retain, birth.Qos));
        Assert.Equal("plantroom/v1/status/simulator", client.Connection!.WillTopic);
        Assert.Equal("offline"u8.ToArray(), client.Connection.WillPayload.ToArray());
        await client.FirstAsync(static m => m.Equipment == "FP-1", Cancelled);
        await host.StopAsync(Cancelled);
    }

    [Fact]
    public async Task Ticks_OfTheClock_MakeReadingsFollow()
    {
        using var host = await StartAsync();
        var start = clock.Now;
        await client.FirstAsync(static m => m.Equipment == "FP-1", Cancelled);
        clock.Advance(TimeSpan.FromSeconds(5));
        await client.FirstAsync(m => m.Equipment == "SP-1" && m.Time == start.AddSeconds(5), Cancelled);
        await host.StopAsync(Cancelled);
    }

    [Fact]
    public async Task Stop_OfTheService_SaysOfflineAndDisconnects()
    {
        using var host = await StartAsync();
        await client.FirstAsync(static m => m.Equipment == "FP-1", Cancelled);
        await host.StopAsync(Cancelled);
        Assert.True(client.Messages[^1] is { Topic: "plantroom/v1/status/simulator", Text: "offline", Retain: true });
        Assert.True(client is { IsConnected: false, Disposed: true });
    }

    [Fact]
    public async Task Stop_WhileTheBrokerAcknowledgesNothing_StillStops()
    {
        using var host = await StartAsync();
        await client.FirstAsync(static m => m.Equipment == "FP-1", Cancelled);
        client.Hold = static _ => true;
        var reports = client.Messages.Count;
        var stopped = Task.Run(() => host.StopAsync(Cancelled), Cancelled);
        while (!stopped.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await stopped;
        Assert.True(client.Messages.Count >= reports);
        Assert.True(client.Disposed);
    }

    [Theory]
    [InlineData("10.1.2.3", "8883", null, "10.1.2.3", 8883)]
    [InlineData(null, null, null, "127.0.0.1", 1883)]
    [InlineData(null, "1999", null, "127.0.0.1", 1999)]
    [InlineData(null, null, "127.0.0.1:4711", "127.0.0.1", 4711)]
    [InlineData(null, null, "0.0.0.0:4711", "127.0.0.1", 4711)]
    [InlineData("10.1.2.3", null, "127.0.0.1:4711", "10.1.2.3", 1883)]
    public async Task Address_OfTheBroker_IsTheSettingThenTheProcessThenTheMachine(
        string? host, string? port, string? broker, string expectedHost, int expectedPort)
    {
        if (host is not null) settings["Simulator:Broker:Host"] = host;
        if (port is not null) settings["Simulator:Broker:Port"] = port;
        using var running = await StartAsync(broker is null ? null : BrokerAt(IPEndPoint.Parse(broker)));
        await client.FirstAsync(static m => m.Text == "online", Cancelled);
        Assert.Equal((expectedHost, expectedPort), (client.Connection!.Host, client.Connection.Port));
        await running.StopAsync(Cancelled);
    }

    [Fact]
    public void Check_OfWrongSettings_NamesThemAll()
    {
        settings["Simulator:Scenario"] = "sunshine";
        settings["Simulator:TimeZone"] = "Asia/Atlantis";
        using var host = Build(null);
        var problems = host.Services.GetServices<IStartupCheck>().SelectMany(static c => c.Check()).ToList();
        Assert.Equal(["Simulator:Scenario", "Simulator:TimeZone"], problems.Select(static p => p.Key));
    }

    [Fact]
    public async Task Start_WithSettingsOutOfRange_NamesThem()
    {
        settings["Simulator:Speed"] = "0";
        settings["Simulator:Broker:Port"] = "0";
        using var host = Build(null);
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Cancelled));
        Assert.Contains("Speed", error.Message, StringComparison.Ordinal);
        Assert.Contains("Port", error.Message, StringComparison.Ordinal);
    }

    private async Task<IHost> StartAsync(IMqttBroker? broker = null)
    {
        var host = Build(broker);
        await host.StartAsync(Cancelled);
        return host;
    }

    private static IMqttBroker BrokerAt(IPEndPoint endPoint)
    {
        var broker = Substitute.For<IMqttBroker>();
        broker.EndPoint.Returns(endPoint);
        return broker;
    }

    private IHost Build(IMqttBroker? broker) => SimulatorHost.Build(settings, clock, client, broker: broker);
}
