using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Plantroom.Mqtt;
using Plantroom.TestKit;

namespace Plantroom.Simulators.Tests.Publishing;

public sealed class SimulatorServiceTests : IAsyncDisposable
{
    private readonly ManualClock clock = new();
    private readonly RecordingClient client = new();
    private DataFolder? data;
    private readonly Dictionary<string, string?> settings = new() { ["Simulator:BackfillRate"] = "1000000" };

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
        client.Hold = true;
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

    [Fact]
    public async Task Backfill_OfTwoHours_DeliversEveryDeviceEachMinuteAndGoesOnMonotonic()
    {
        settings["Simulator:Backfill"] = "02:00:00";
        var start = clock.Now;
        using var host = await StartAsync();
        await client.FirstAsync(m => m.IsReading && m.Equipment == "FP-1" && m.Time == start, Cancelled);
        await host.StopAsync(Cancelled);

        var past = client.Messages.Where(m => m.IsReading && m.Time < start).ToList();
        Assert.Equal(18, past.Select(static m => m.Equipment).Distinct().Count());
        Assert.Equal(120, past.Count(static m => m.Equipment == "M-4"));
        foreach (var (equipment, counter) in new[] { ("M-0", "energy"), ("L-1", "trips"), ("RG-1", "rain"), ("P-101", "runHours"), ("SP-1", "") })
        {
            var messages = client.Messages.Where(m => m.IsReading && m.Equipment == equipment).ToList();
            Assert.Equal(messages.Count, messages.Select(static m => m.Time).Distinct().Count());
            if (counter.Length > 0) Assert.All(messages.Zip(messages.Skip(1)), pair => Assert.True(pair.First[counter] <= pair.Second[counter]));
        }
    }

    [Theory]
    [InlineData("00:00:00")]
    [InlineData("02:00:00")]
    public async Task Restart_OfTheService_GoesOnWithItsCountersAndDeliversNoPastTwice(string backfill)
    {
        settings["Simulator:Backfill"] = backfill;
        using var folder = new TempFolder();
        data = new(folder.Path);
        using (var first = await StartAsync())
        {
            await client.FirstAsync(static m => m.Equipment == "FP-1", Cancelled);
            clock.Advance(TimeSpan.FromMinutes(30));
            await client.FirstAsync(m => m.Equipment == "M-0" && m.Time == clock.Now, Cancelled);
            await first.StopAsync(Cancelled);
        }

        clock.Advance(TimeSpan.FromMinutes(10));
        using var second = await StartAsync();
        await client.FirstAsync(m => m.Equipment == "FP-1" && m.Time == clock.Now, Cancelled);
        await second.StopAsync(Cancelled);
        foreach (var (equipment, counter) in new[] { ("M-0", "energy"), ("L-1", "trips"), ("RG-1", "rain"), ("P-101", "runHours") })
        {
            var messages = client.Messages.Where(m => m.IsReading && m.Equipment == equipment).ToList();
            Assert.All(messages.Zip(messages.Skip(1)), pair =>
            {
                Assert.True(pair.First.Time < pair.Second.Time);
                Assert.True(pair.First[counter] <= pair.Second[counter]);
            });
        }
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("null")]
    public async Task Start_WithAMemoryThatCannotBeUnderstood_StartsAfresh(string text)
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("simulator.json"), text, Cancelled);
        data = new(folder.Path);
        using var host = await StartAsync();
        await client.FirstAsync(static m => m.Equipment == "FP-1", Cancelled);
        await host.StopAsync(Cancelled);
        Assert.Contains("M-0/energy", await File.ReadAllTextAsync(folder.File("simulator.json"), Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prelude_WithoutBackfill_IsDeliveredLateByTheGaugeAlone()
    {
        settings["Simulator:Scenario"] = "cloudburst";
        var start = clock.Now;
        using var host = await StartAsync();
        await client.FirstAsync(static m => m.Equipment == "FP-1", Cancelled);
        await host.StopAsync(Cancelled);
        var late = client.Messages.Where(m => m.IsReading && m.Time < start).ToList();
        Assert.All(late, static m => Assert.Equal("RG-1", m.Equipment));
        Assert.Equal(719, late.Count);
        Assert.Equal(start.AddHours(-12).AddMinutes(1), late[0].Time);
        Assert.InRange(late[^1]["rain"], 50, 53);
    }

    [Fact]
    public async Task Backfill_WithoutAcknowledgements_KeepsOnlySoManyInFlight()
    {
        settings["Simulator:Backfill"] = "01:00:00";
        settings["Simulator:InFlight"] = "7";
        client.Hold = true;
        using var held = await StartAsync();
        var reached = Task.Run(
            async () =>
            {
                while (client.Waiting < 1) await Task.Yield();
                client.Acknowledge();
                while (client.Waiting < 7) await Task.Yield();
            },
            Cancelled);
        await reached;
        for (var i = 0; i < 100; i++) await Task.Yield();
        Assert.Equal(7, client.Waiting);
        Assert.Equal(8, client.Messages.Count);
        client.Hold = false;
        client.Acknowledge();
        await held.StopAsync(Cancelled);
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
        using var running = await StartAsync(broker is null ? null : new FixedBroker(IPEndPoint.Parse(broker)));
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
        var error = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => host.StartAsync(Cancelled));
        Assert.Contains("Speed", error.Message, StringComparison.Ordinal);
        Assert.Contains("Port", error.Message, StringComparison.Ordinal);
    }

    private async Task<IHost> StartAsync(IMqttBroker? broker = null)
    {
        var host = Build(broker);
        await host.StartAsync(Cancelled);
        return host;
    }

    private IHost Build(IMqttBroker? broker)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSingleton<SimulatorClientFactory>(connection =>
        {
            client.Connection = connection;
            return client;
        });
        if (broker is not null) builder.Services.AddSingleton(broker);
        if (data is not null) builder.Services.AddSingleton(data);
        builder.AddSimulators();
        return builder.Build();
    }

    private sealed class FixedBroker(IPEndPoint endPoint) : IMqttBroker
    {
        public IPEndPoint EndPoint => endPoint;

        public MqttBrokerStatistics Statistics => default;

        public IReadOnlyList<MqttProtocolError> RecentErrors => [];

        public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        public ValueTask<IDisposable> SubscribeAsync(string topicFilter, MqttHandler handler, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public ValueTask PublishAsync(
            string topic, ReadOnlyMemory<byte> payload, MqttQos qos, bool retain, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
