using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Plantroom.Dashboard.Live;
using Plantroom.TestKit.Fakes;

namespace Plantroom.Dashboard.Tests.Demo;

/// <summary>The real dashboard on a real port, with ports of the other modules held in memory.</summary>
internal sealed class DashboardHost : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ErrorLog errors = new();

    private DashboardHost(TimeProvider time, Action<DashboardHost>? prepare, int port)
    {
        Time = time;
        Alarms = new(AlarmBus, time);
        History.Add(DemoData.Now(Facility.Current, Now));
        Reminders.Open = DemoData.Reminders(Facility.Current, Now);
        Rain.Current = [new("hq", Now, 12.4, 21.8, 63.4, RainColour.None)];
        prepare?.Invoke(this);

        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Logging.ClearProviders().AddProvider(errors).SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton<IFacilitySource>(Facility);
        builder.Services.AddSingleton<IAlarms>(Alarms);
        builder.Services.AddSingleton<IHistory>(History);
        builder.Services.AddSingleton<IRainWarnings>(Rain);
        builder.Services.AddSingleton<IMaintenanceReminders>(Reminders);
        builder.Services.AddSingleton<IStorageStatus>(Storage);
        builder.Services.AddSingleton<IBus<ReadingBatch>>(ReadingBus);
        builder.Services.AddSingleton<IBus<AlarmChange>>(AlarmBus);
        builder.AddDashboard();

        // A page that is gone without a word is forgotten soon; as shipped, it has minutes to come back.
        builder.Services.Configure<CircuitOptions>(o => o.DisconnectedCircuitRetentionPeriod = TimeSpan.FromSeconds(1));
        app = builder.Build();
        app.UseAntiforgery();
        app.MapDashboard();
    }

    public TimeProvider Time { get; }

    public DateTime Now => Time.GetUtcNow().UtcDateTime;

    public InMemoryBus<ReadingBatch> ReadingBus { get; } = new();

    public InMemoryBus<AlarmChange> AlarmBus { get; } = new();

    public FakeFacilitySource Facility { get; } = new(DemoFacility.Load());

    public FakeAlarms Alarms { get; }

    public FakeHistory History { get; } = new();

    public FakeRainWarnings Rain { get; } = new();

    public FakeReminders Reminders { get; } = new();

    public FakeStorageStatus Storage { get; } = new() { Current = DemoData.Storage };

    public LiveView Live => app.Services.GetRequiredService<LiveView>();

    public Uri Url(string path = "/") => new(new Uri(app.Urls.First()), path);

    /// <summary>Starts with believable values and no alarms.</summary>
    public static async Task<DashboardHost> StartAsync(TimeProvider? time = null, Action<DashboardHost>? prepare = null, int port = 0)
    {
        var host = new DashboardHost(time ?? TimeProvider.System, prepare, port);
        await host.app.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }

    /// <summary>Publishes one reading.</summary>
    public async Task ReadAsync(string point, double value) =>
        await ReadingBus.PublishAsync(new(new[] { new Reading(PointId.Intern(point), Now, value) }));

    /// <summary>Publishes a reading of everything, as devices do all the time.</summary>
    public async Task ReadAllAsync() =>
        await ReadingBus.PublishAsync(new(DemoData.Now(Facility.Current, Now).ToArray()));

    /// <summary>Stops; a test fails when anything was logged as an error.</summary>
    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        var unexpected = errors.Entries.Where(e => !ExpectedErrors.Any(e.StartsWith)).ToList();
        Assert.True(unexpected.Count == 0, string.Join(Environment.NewLine, unexpected));
    }

    /// <summary>Errors that a test provokes.</summary>
    public List<string> ExpectedErrors { get; } = [];

    private sealed class ErrorLog : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Entries { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) Entries.Enqueue(exception is null ? formatter(state, null) : $"{formatter(state, exception)} {exception}");
        }

        public void Dispose()
        {
        }
    }
}
