using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Plantroom.Mqtt;
using Plantroom.Simulators.Building;
using Plantroom.Simulators.Script;

namespace Plantroom.Simulators.Publishing;

/// <summary>
/// Lets the building live and its devices publish: the present, tick by tick, and behind it the past (of all devices when a
/// backfill is set; otherwise only what the rain gauge has kept). An outage of the broker holds the devices up, not the building.
/// <code>
/// Present, tick by tick ───────────────── BoundedPublisher ──┬── broker
/// Past ── Backlog, file ── PastDelivery ── BoundedPublisher ──┘
/// </code>
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
            await SayAsync(client, SimulatorStatus.Online, stoppingToken);
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
        var (start, started) = (Milliseconds(time.GetUtcNow().UtcDateTime), time.GetTimestamp());
        var memory = new Memory(services.GetService<DataFolder>());
        var backlog = new Backlog(options.BackfillMessages);
        var building = LiveThroughThePast(scenario, start, memory, backlog, stopping);
        if (backlog.Messages.Count > 0) LogCaughtUp(time.GetElapsedTime(started).TotalSeconds, backlog.Messages.Count);

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        await using var now = new BoundedPublisher(client, options.InFlight, metrics, ending.Token);
        await using var behind = new BoundedPublisher(client, options.InFlight, metrics, ending.Token);
        var present = new Present(options, building, start, now, memory);
        using var timer = new PeriodicTimer(options.Tick, time);
        await TickAsync(present, started);
        Task[] both =
        [
            TickOnAsync(timer, present, started, ending.Token),
            DeliverPastAsync(behind, memory, backlog, ending.Token),
        ];
        await foreach (var ended in Task.WhenEach(both))
            if (!ended.IsCompletedSuccessfully)
                await ending.CancelAsync();
        await Task.WhenAll(both);
    }

    /// <summary>Fills the backlog: with what an earlier run still owes, and with what there is to tell until the start.</summary>
    private SimulatedBuilding LiveThroughThePast(
        Scenario scenario, DateTime start, Memory memory, Backlog backlog, CancellationToken stopping)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone);
        var lead = options.Backfill > scenario.Rain.Prelude ? options.Backfill : scenario.Rain.Prelude;
        var building = new SimulatedBuilding(scenario, options.Seed, start, lead, zone);
        var before = memory.Recall();
        if (before?.Owed is { } owed) TakeOver(owed, memory, backlog);
        new Past(options, before).Collect(building, start, backlog, stopping);
        if (backlog.LeftOut > 0)
        {
            metrics.Dropped("too_old", backlog.LeftOut);
            LogLeftOut(backlog.LeftOut, options.BackfillMessages);
        }

        memory.Begin(options.Scenario, before?.From < start - lead ? before.From : start - lead, backlog.Messages);
        return building;
    }

    private void TakeOver(OwedPast owed, Memory memory, Backlog backlog)
    {
        if (memory.RecallPast(owed) is { } messages)
        {
            foreach (var message in messages) backlog.Add(message);
            return;
        }

        metrics.Dropped("lost", owed.Messages - owed.Delivered);
        LogLost(owed.Messages - owed.Delivered, owed.File);
    }

    private async Task TickOnAsync(PeriodicTimer timer, Present present, long started, CancellationToken stopping)
    {
        while (await timer.WaitForNextTickAsync(stopping)) await TickAsync(present, started);
    }

    private Task TickAsync(Present present, long started) =>
        present.TickAsync(time.GetElapsedTime(started), Milliseconds(time.GetUtcNow().UtcDateTime));

    private async Task DeliverPastAsync(BoundedPublisher publisher, Memory memory, Backlog backlog, CancellationToken stopping)
    {
        var (messages, begun) = (backlog.Messages.Count, time.GetTimestamp());
        if (messages == 0) return;
        await new PastDelivery(options, time, publisher, memory).DeliverAsync(backlog, stopping);
        LogDelivered(messages, time.GetElapsedTime(begun).TotalSeconds);
    }

    private async Task SayGoodbyeAsync(IMqttClient client)
    {
        using var limit = new CancellationTokenSource(Farewell, time);
        try
        {
            if (client.IsConnected) await SayAsync(client, SimulatorStatus.Offline, limit.Token);
            await client.DisconnectAsync(limit.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or MqttException)
        {
            LogNoFarewell();
        }
    }

    private ValueTask SayAsync(IMqttClient client, ReadOnlyMemory<byte> status, CancellationToken cancellationToken) =>
        client.PublishAsync(options.StatusTopic, status, MqttQos.AtLeastOnce, retain: true, cancellationToken);

    private static DateTime Milliseconds(DateTime time) =>
        new(time.Ticks - time.Ticks % TimeSpan.TicksPerMillisecond, DateTimeKind.Utc);

    [LoggerMessage(LogLevel.Information, "The simulated building is online with scenario {Scenario} at {Host}:{Port}.")]
    private partial void LogOnline(string scenario, string host, int port);

    [LoggerMessage(
        LogLevel.Information, "The simulated building goes live after {Seconds:F1} s; {Messages} messages of its past follow.")]
    private partial void LogCaughtUp(double seconds, int messages);

    [LoggerMessage(LogLevel.Information, "The simulated building delivered {Messages} messages of its past in {Seconds:F1} s.")]
    private partial void LogDelivered(int messages, double seconds);

    [LoggerMessage(
        LogLevel.Warning, "The oldest {Messages} messages of the past are left out: Simulator:BackfillMessages allows {Most}.")]
    private partial void LogLeftOut(int messages, int most);

    [LoggerMessage(LogLevel.Warning, "{Messages} messages of the past that an earlier run did not deliver are lost with {File}.")]
    private partial void LogLost(int messages, string file);

    [LoggerMessage(LogLevel.Information, "The simulated building left without a farewell; its last will speaks for it.")]
    private partial void LogNoFarewell();
}

/// <summary>What the simulator says about itself.</summary>
internal static class SimulatorStatus
{
    public static ReadOnlyMemory<byte> Online { get; } = "online"u8.ToArray();

    public static ReadOnlyMemory<byte> Offline { get; } = "offline"u8.ToArray();
}
