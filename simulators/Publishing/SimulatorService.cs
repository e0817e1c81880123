using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Plantroom.Mqtt;
using Plantroom.Simulators.Building;
using Plantroom.Simulators.Script;

namespace Plantroom.Simulators.Publishing;

/// <summary>
/// Lets the building live and its devices publish: first the past (all devices when a backfill is set; otherwise only what the
/// rain gauge
/// has kept), then the present, tick by tick. An outage of the broker holds the devices up, not the building.
/// </summary>
internal sealed partial class SimulatorService(
    IOptions<SimulatorOptions> settings,
    SimulatorClientFactory clients,
    IServiceProvider services,
    SimulatorMetrics metrics,
    TimeProvider time,
    ILogger<SimulatorService> logger) : BackgroundService
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);
    private readonly SimulatorOptions options = settings.Value;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var scenario = ScenarioLibrary.Load(options.Scenario, out var problems)
            ?? throw new InvalidOperationException(string.Join(Environment.NewLine, problems));
        var connection = BrokerAddress.Connection(options, services);
        await using var client = clients(connection);
        try
        {
            await client.ConnectAsync(stoppingToken);
            await client.PublishAsync(options.StatusTopic, SimulatorStatus.Online, MqttQos.AtLeastOnce, retain: true, stoppingToken);
            LogOnline(options.Scenario, connection.Host, connection.Port);
            await LiveAsync(client, scenario, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await SayGoodbyeAsync(client);
        }
    }

    private async Task LiveAsync(IMqttClient client, Scenario scenario, CancellationToken stopping)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone);
        var (start, started) = (Milliseconds(time.GetUtcNow().UtcDateTime), time.GetTimestamp());
        var lead = options.Backfill > scenario.Rain.Prelude ? options.Backfill : scenario.Rain.Prelude;
        var building = new SimulatedBuilding(scenario, options.Seed, start, lead, zone);
        await using var publisher = new BoundedPublisher(client, options.InFlight, metrics, stopping);
        var memory = new Memory(services.GetService<DataFolder>());
        var before = memory.Recall();
        await new Past(options, time, publisher, before).DeliverAsync(building, start, stopping);
        if (lead > TimeSpan.Zero) LogCaughtUp(lead, time.GetElapsedTime(started).TotalSeconds);

        var from = before is { } run && run.Until >= start - lead && run.From < start - lead ? run.From : start - lead;
        var present = new Present(options, building, start, publisher, memory, from);
        using var timer = new PeriodicTimer(options.Tick, time);
        do await present.TickAsync(time.GetElapsedTime(started), Milliseconds(time.GetUtcNow().UtcDateTime));
        while (await timer.WaitForNextTickAsync(stopping));
    }

    private async Task SayGoodbyeAsync(IMqttClient client)
    {
        using var limit = new CancellationTokenSource(Farewell, time);
        try
        {
            if (client.IsConnected)
                await client.PublishAsync(options.StatusTopic, SimulatorStatus.Offline, MqttQos.AtLeastOnce, retain: true, limit.Token);
            await client.DisconnectAsync(limit.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or MqttException)
        {
            LogNoFarewell();
        }
    }

    private static DateTime Milliseconds(DateTime time) => new(time.Ticks - time.Ticks % TimeSpan.TicksPerMillisecond, DateTimeKind.Utc);

    [LoggerMessage(LogLevel.Information, "The simulated building is online with scenario {Scenario} at {Host}:{Port}.")]
    private partial void LogOnline(string scenario, string host, int port);

    [LoggerMessage(LogLevel.Information, "The simulated building delivered {Past} of the past in {Seconds:F1} s.")]
    private partial void LogCaughtUp(TimeSpan past, double seconds);

    [LoggerMessage(LogLevel.Information, "The simulated building left without a farewell; its last will speaks for it.")]
    private partial void LogNoFarewell();
}

/// <summary>What the simulator says about itself.</summary>
internal static class SimulatorStatus
{
    public static ReadOnlyMemory<byte> Online { get; } = "online"u8.ToArray();

    public static ReadOnlyMemory<byte> Offline { get; } = "offline"u8.ToArray();
}
