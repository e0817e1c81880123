using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Plantroom.Alerts.Alarms;
using Plantroom.Alerts.Rain;
using Plantroom.TestKit;
using Plantroom.TestKit.Fakes;

namespace Plantroom.Alerts.Tests;

/// <summary>What lives longer than the system: its files, the stored readings, the clock.</summary>
internal sealed class AlertsWorld : IDisposable
{
    private readonly TempFolder folder = new();

    public AlertsWorld(string rules)
    {
        Directory.CreateDirectory(Site.Rules);
        File.WriteAllText(RuleFile, rules);
    }

    public ManualClock Clock { get; } = new();

    public FakeHistory History { get; } = new();

    /// <summary>The bus of the readings; a new one for each life of the system.</summary>
    public StallingBus Readings { get; set; } = new();

    /// <summary>What was logged, all lives together.</summary>
    public AlertsLog Log { get; } = new();

    public FakeFacilitySource Facility { get; } = new(Repository.Building);

    public DataFolder Data => new(folder.Path);

    public SiteFolder Site => new(Path.Combine(folder.Path, "site"));

    public string RuleFile => Path.Combine(Site.Rules, "rules.yaml");

    public void Dispose() => folder.Dispose();
}

/// <summary>The module in a real web server on a free port.</summary>
internal sealed class AlertsApp : IAsyncDisposable
{
    public const string Rules = """
        rules:
          - id: T
            class: sump
            point: level
            kind: threshold
            above: 1.15
            deadband: 0.05
            onDelay: 60s
            offDelay: 60s
            priority: high
            title: { zh: 高液位, en: High level }
            action: { zh: 去看, en: Go and see }
        """;

    private readonly WebApplication app;
    private readonly AlertsWorld world;
    private readonly IBusSubscription<AlarmChange> published;
    private readonly List<AlarmChange> changes = [];
    private long evaluated;

    private AlertsApp(WebApplication app, AlertsWorld world)
    {
        (this.app, this.world) = (app, world);
        published = app.Services.GetRequiredService<IBus<AlarmChange>>().Subscribe("test", 1000, WhenFull.Wait);
        Http = new() { BaseAddress = new(app.Urls.Single()) };
    }

    public HttpClient Http { get; }

    /// <summary>What has been published since the start.</summary>
    public IReadOnlyList<AlarmChange> Changes
    {
        get
        {
            while (published.TryTake() is { } change) changes.Add(change);
            return changes;
        }
    }

    public IAlarms Alarms => Get<IAlarms>();

    public static async Task<AlertsApp> StartAsync(AlertsWorld world)
    {
        world.Readings = new();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(world.Log);
        builder.Services.AddRouting().AddProblemDetails();
        builder.Services.AddSingleton<TimeProvider>(world.Clock);
        builder.Services.AddSingleton<IBus<ReadingBatch>>(world.Readings);
        builder.Services.AddSingleton<IBus<AlarmChange>, InMemoryBus<AlarmChange>>();
        builder.Services.AddSingleton(world.Data);
        builder.Services.AddSingleton(world.Site);
        builder.Services.AddSingleton<IHistory>(world.History);
        builder.Services.AddSingleton<IFacilitySource>(world.Facility);
        builder.AddAlerts();
        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.MapAlerts();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new(app, world);
    }

    public T Get<T>()
        where T : notnull =>
        app.Services.GetRequiredService<T>();

    /// <summary>Publishes a reading of now and waits until it has been evaluated and what follows is stored.</summary>
    public async Task ReadAsync(string point, double value)
    {
        var reading = new Reading(PointId.Intern(point), world.Clock.Now, value);
        await Get<IBus<ReadingBatch>>().PublishAsync(new(new[] { reading }), TestContext.Current.CancellationToken);
        evaluated++;
        await Eventually.True(() => Get<AlertsService>().Counts.Evaluated >= evaluated, "the reading is evaluated", TestContext.Current.CancellationToken);
        await SettleAsync();
    }

    /// <summary>Lets time pass and waits until the engine has seen it and what follows is stored.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        world.Clock.Advance(time);
        await Eventually.True(() => Get<AlertsService>().SinceLastTick == TimeSpan.Zero, "the engine has seen the time", TestContext.Current.CancellationToken);
        await SettleAsync();
    }

    /// <summary>Waits until the desk has done what it had to do: an acknowledgement of nothing passes behind it.</summary>
    public async Task SettleAsync() => await Alarms.AcknowledgeAsync(long.MaxValue, "nobody", null, TestContext.Current.CancellationToken);

    public async Task<HealthStatus> HealthAsync() =>
        (await Get<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken)).Status;

    public Task UpdateRainAsync() => Get<RainWarnings>().UpdateAsync(TestContext.Current.CancellationToken);

    /// <summary>Stops as the host does: the sources first, then the module.</summary>
    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        Get<IBus<ReadingBatch>>().Complete();
        await app.StopAsync(TestContext.Current.CancellationToken);
        await app.DisposeAsync();
    }
}
