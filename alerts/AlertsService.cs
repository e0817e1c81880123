using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Plantroom.Alerts.Alarms;
using Plantroom.Alerts.Evaluation;
using Plantroom.Alerts.LifeCycle;
using Plantroom.Alerts.Rain;
using Plantroom.Alerts.Rules;
using Plantroom.Alerts.Storage;

namespace Plantroom.Alerts;

/// <summary>
/// Runs the module: readings, ticks of the clock and changed rules go through the one engine, one after the other; its edges go to the
/// desk in the same order.
/// </summary>
internal sealed class AlertsService : BackgroundService
{
    private readonly IBus<ReadingBatch> bus;
    private readonly AlarmDesk desk;
    private readonly AlarmStore store;
    private readonly RuleSource rules;
    private readonly RainWarnings rain;
    private readonly IHistory history;
    private readonly TimeProvider time;
    private readonly AlertsOptions options;
    private readonly Engine engine;
    private readonly List<Edge> edges = [];
    private readonly SemaphoreSlim gate = new(1);
    private readonly SemaphoreSlim rulesChanged = new(0);
    private IBusSubscription<ReadingBatch>? readings;
    private PeriodicTimer? ticks;
    private long lastTick;

    public AlertsService(
        IBus<ReadingBatch> bus,
        AlarmDesk desk,
        AlarmStore store,
        RuleSource rules,
        RainWarnings rain,
        IHistory history,
        AlertsMetrics metrics,
        TimeProvider time,
        IOptions<AlertsOptions> options)
    {
        this.bus = bus;
        this.desk = desk;
        this.store = store;
        this.rules = rules;
        this.rain = rain;
        this.history = history;
        this.time = time;
        this.options = options.Value;
        engine = new(this.options.MaxLateness, this.options.LateSettle);
        metrics.Show(engine);
    }

    /// <summary>How long ago the engine last looked at the clock.</summary>
    public TimeSpan SinceLastTick => time.GetElapsedTime(Interlocked.Read(ref lastTick));

    /// <summary>How many rules at equipment are being evaluated.</summary>
    public int Bound => engine.TrackCount;

    /// <summary>What the engine has counted.</summary>
    public EngineCounts Counts => engine.Counts;

    /// <summary>Subscribes before anything is read from the store, so that no reading falls between the two.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        readings = bus.Subscribe("alerts", options.QueueCapacity, WhenFull.Wait);
        var book = await desk.LoadAsync(cancellationToken);
        rules.Changed += RulesChanged;
        rules.Start();
        var returns = await store.LastReturnsAsync(cancellationToken);
        var inForce = rules.Current;
        if (Rebind(inForce) is { } rebind) await desk.PutAsync(rebind, cancellationToken);
        await BindAsync(inForce, key => Remember(book, returns, key), cancellationToken);
        await rain.LoadAsync(cancellationToken);
        Interlocked.Exchange(ref lastTick, time.GetTimestamp());
        ticks = new(options.Tick, time);
        await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        rules.Changed -= RulesChanged;
        readings?.Dispose();
        ticks?.Dispose();
        gate.Dispose();
        rulesChanged.Dispose();
        base.Dispose();
    }

    /// <summary>Reads to the end of the bus, then stores what is left. A part that fails ends the system.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var ended = new CancellationTokenSource();
        var storing = desk.RunAsync(stoppingToken);
        var ticking = TickAsync(ended.Token);
        var rebinding = RebindAsync(ended.Token);
        var reading = ReadAsync(stoppingToken);
        await await Task.WhenAny(reading, ticking, rebinding, storing);
        await ended.CancelAsync();
        await Task.WhenAll(ticking, rebinding);
        desk.Complete();
        await storing;
    }

    private void RulesChanged() => rulesChanged.Release();

    private static Remembered Remember(Book book, IReadOnlyDictionary<RuleKey, DateTime> returns, RuleKey key) => new(
        book.Held.GetValueOrDefault(key)?.Alarm.InAlarm ?? false,
        returns.TryGetValue(key, out var at) ? at : null);

    private async Task ReadAsync(CancellationToken stopping)
    {
        try
        {
            while (await readings!.WaitAsync(stopping)) await TakeAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await TakeAsync(); // the sources have stopped before; what they sent is still evaluated
        }
    }

    private async Task TakeAsync()
    {
        while (await UseEngineAsync(readings!, static (engine, readings, now, edges) => Apply(readings, engine, now, edges)))
        {
            // One batch at a time, so that a tick or changed rules come in between.
        }
    }

    private static bool Apply(IBusSubscription<ReadingBatch> readings, Engine engine, DateTime now, List<Edge> edges)
    {
        if (readings.TryTake() is not { } batch) return false;
        engine.Apply(batch.Readings, now, edges);
        return true;
    }

    /// <summary>Time passes after what has been received: a delay must not end over a reading that says otherwise and only waits.</summary>
    private static bool Advance(IBusSubscription<ReadingBatch> readings, Engine engine, DateTime now, List<Edge> edges)
    {
        for (var waiting = readings.Depth; waiting > 0 && Apply(readings, engine, now, edges); waiting--)
        {
            // What comes meanwhile is for the next tick.
        }

        engine.Advance(now, edges);
        return true;
    }

    private async Task TickAsync(CancellationToken ended)
    {
        try
        {
            while (await ticks!.WaitForNextTickAsync(ended))
            {
                var tick = time.GetTimestamp();
                await UseEngineAsync(readings!, static (engine, readings, now, edges) => Advance(readings, engine, now, edges));
                Interlocked.Exchange(ref lastTick, tick);
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The readings have ended.
        }
    }

    private async Task RebindAsync(CancellationToken ended)
    {
        try
        {
            while (true)
            {
                await rulesChanged.WaitAsync(ended);
                await TakeOverAsync(ended);
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The readings have ended.
        }
    }

    /// <summary>
    /// Takes over changed rules. The desk withdraws first, so that it is known which of the new ones are in alarm; and once more, for an
    /// edge of a rule that went away in between.
    /// </summary>
    private async Task TakeOverAsync(CancellationToken cancellationToken)
    {
        var inForce = rules.Current;
        if (Rebind(inForce) is not { } rebind) return;
        await desk.PutAsync(rebind, cancellationToken);
        await rebind.Result.WaitAsync(cancellationToken);
        var inAlarm = desk.Active.Where(static a => a.InAlarm).Select(RuleKey.Of).ToHashSet();
        await BindAsync(inForce, key => new(inAlarm.Contains(key), null), cancellationToken);
        await desk.PutAsync(Rebind(inForce)!, cancellationToken);
    }

    /// <summary>
    /// What the desk has to know of the rules in force; null while there are none, or no site model: then nothing is withdrawn, because
    /// nothing says that the equipment is gone.
    /// </summary>
    private RebindItem? Rebind(RulesInForce inForce) =>
        inForce.LoadedAt == default || inForce.Facility.Equipment.Count == 0 ? null : new(inForce.Keys(), time.Now());

    private async Task BindAsync(RulesInForce inForce, Func<RuleKey, Remembered> remember, CancellationToken cancellationToken)
    {
        IReadOnlyList<PointId> unknown = [];
        await UseEngineAsync(inForce, (engine, inForce, now, edges) =>
        {
            unknown = engine.Bind(inForce.Bound, remember, now, edges);
            return true;
        });
        if (unknown.Count == 0) return;

        var last = await history.LastAsync(unknown, cancellationToken);
        await UseEngineAsync(last, static (engine, last, now, edges) =>
        {
            foreach (var reading in last) engine.Prime(reading);
            engine.Advance(now, edges);
            return true;
        });
    }

    /// <summary>The engine is for one at a time, and its edges reach the desk in the order in which it found them.</summary>
    private async Task<bool> UseEngineAsync<T>(T argument, Func<Engine, T, DateTime, List<Edge>, bool> use)
    {
        await gate.WaitAsync();
        try
        {
            var used = use(engine, argument, time.Now(), edges);
            if (edges.Count == 0) return used;
            await desk.PutAsync(new EdgesItem([.. edges]), CancellationToken.None);
            edges.Clear();
            return used;
        }
        finally
        {
            gate.Release();
        }
    }
}
