using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Plantroom.Mqtt;
using Plantroom.Simulators.Building;
using Plantroom.Simulators.Publishing;
using Plantroom.Simulators.Script;
using Plantroom.Yaml;

namespace Plantroom.Simulators.Tests.Publishing;

public sealed class PresentTests : IDisposable
{
    private static readonly DateTime Start = new(2026, 6, 1, 0, 0, 0, DateTimeKind.Utc);
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly RecordingClient client = new();
    private readonly SimulatorOptions options = new();

    public void Dispose() => services.Dispose();

    [Fact]
    public async Task FirstTick_OfTheBuilding_ReportsEveryDevice()
    {
        await RunAsync("normal", seconds: 0);
        Assert.Equal(18, client.Messages.Select(static m => m.Topic).Distinct().Count());
        Assert.All(client.Messages, static m =>
        {
            Assert.True(m is { IsReading: true, Qos: MqttQos.AtLeastOnce, Retain: false });
            Assert.Equal(Start, m.Time);
        });
        const string Level = "\"ts\":\"2026-06-01T00:00:00.000Z\",\"values\":{\"level\":";
        Assert.Contains(Level, client.Messages[1].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("normal")]
    [InlineData("cloudburst")]
    public async Task Readings_OfAnHour_AreNeverLaterThanTheSiteModelExpects(string scenario)
    {
        await RunAsync(scenario, seconds: 3600);
        var expected = ExpectedIntervals();
        foreach (var device in client.Messages.GroupBy(static m => m.Equipment))
        {
            var times = device.Select(static m => m.Time).Append(Start.AddSeconds(3600)).ToList();
            var longest = times.Zip(times.Skip(1), static (a, b) => b - a).Max();
            Assert.True(longest <= expected[device.Key], $"{device.Key} was silent for {longest}");
        }
    }

    [Fact]
    public async Task Level_WhileItIsDry_ComesEveryFiveSeconds()
    {
        await RunAsync("normal", seconds: 60);
        Assert.Equal(13, Of("SP-2").Count);
    }

    [Fact]
    public async Task Level_WhileItRains_ComesEverySecond()
    {
        await RunAsync("cloudburst", seconds: 60);
        Assert.Equal(61, Of("SP-2").Count);
    }

    [Fact]
    public async Task Pump_WhenItFails_IsReportedWithinATick()
    {
        await RunAsync("cloudburst", seconds: 5);
        Assert.Equal(Start.AddSeconds(1), Of("P-201").First(static m => m["fault"] == 1).Time);
    }

    [Fact]
    public async Task Pump_WithoutChange_OnlyKeepsAlive()
    {
        await RunAsync("entrapment", seconds: 120);
        Assert.Equal([0, 50, 100], Of("P-201").Select(static m => (m.Time - Start).TotalSeconds));
    }

    [Fact]
    public async Task Load_OfTheQuietBuilding_IsModest()
    {
        await RunAsync("normal", seconds: 600);
        Assert.InRange(client.Messages.Count / 600.0, 1, 5);
    }

    [Fact]
    public async Task Speed_OfTen_LivesFasterWithTheClocksTime()
    {
        options.Speed = 10;
        await RunAsync("cloudburst", seconds: 30);
        var last = Of("SP-2")[^1];
        Assert.Equal(Start.AddSeconds(30), last.Time);
        Assert.True(last["level"] > 1.4);
    }

    [Fact]
    public async Task Message_ThatTheBrokerRefuses_IsCountedAndTheOthersGoOn()
    {
        var dropped = new List<string?>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            var mine = instrument.Meter.Scope == services.GetRequiredService<IMeterFactory>();
            if (mine && instrument.Name == "plantroom.simulators.dropped")
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => dropped.Add((string?)tags[0].Value));
        listener.Start();
        client.Fail = static m => m.Equipment == "L-1" ? new MqttException("not authorized", 0x87) : null;
        await RunAsync("normal", seconds: 0);
        Assert.Equal(17, client.Messages.Count);
        Assert.Equal(["refused"], dropped);
    }

    [Fact]
    public async Task Failure_OfTheClientItself_IsThrown()
    {
        client.Fail = static _ => new InvalidOperationException("a mistake");
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync("normal", seconds: 0));
    }

    private List<RecordingClient.Published> Of(string equipment) => [.. client.Messages.Where(m => m.Equipment == equipment)];

    private async Task RunAsync(string scenario, int seconds)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");
        var building = new SimulatedBuilding(ScenarioLibrary.Load(scenario, out _)!, options.Seed, Start, TimeSpan.Zero, zone);
        var metrics = new SimulatorMetrics(services.GetRequiredService<IMeterFactory>());
        var stopping = TestContext.Current.CancellationToken;
        await using var publisher = new BoundedPublisher(client, options.InFlight, metrics, stopping);
        var present = new Present(options, building, Start, publisher, new(null));
        for (var t = 0; t <= seconds; t++) await present.TickAsync(TimeSpan.FromSeconds(t), Start.AddSeconds(t));
    }

    /// <summary>The shortest expected interval of each equipment's points in the shipped site model.</summary>
    private static Dictionary<string, TimeSpan> ExpectedIntervals()
    {
        var root = YamlFile.Load(Path.Combine(AppContext.BaseDirectory, "shipped", "facility.yaml")).Root;
        return root.Maps("sites").Single().Maps("equipment").ToDictionary(
            static e => e.RequiredText("id"),
            e =>
            {
                var points = root.Map("classes")!.Map(e.RequiredText("class"))!.Map("points")!;
                return points.Keys.Min(p => points.Map(p)!.Duration("expected") ?? TimeSpan.MaxValue);
            });
    }
}
