using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Plantroom.Dashboard.Live;
using Plantroom.Dashboard.Tests.Demo;
using Plantroom.TestKit;
using Plantroom.TestKit.Fakes;

namespace Plantroom.Dashboard.Tests.Live;

public sealed class LiveFeedTests : IAsyncDisposable
{
    private static readonly PointId Level = PointId.Intern("hq/SP-2/level");

    private readonly ManualClock clock = new();
    private readonly InMemoryBus<ReadingBatch> readings = new();
    private readonly InMemoryBus<AlarmChange> changes = new();
    private readonly FakeHistory history = new();
    private readonly FakeFacilitySource facility = new(DemoFacility.Load());
    private readonly FakeAlarms alarms;
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly IOptions<DashboardOptions> options = Options.Create(new DashboardOptions { AlarmsQueue = 16, ReadingsQueue = 16 });
    private readonly LiveView view;
    private readonly LiveFeed feed;

    public LiveFeedTests()
    {
        alarms = new(changes, clock);
        view = new(options, clock);
        var meters = services.GetRequiredService<IMeterFactory>();
        feed = new(view, readings, changes, alarms, history, facility, options, meters, clock, NullLogger<LiveFeed>.Instance);
    }

    private CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_StoredValues_AreShown()
    {
        history.Add(new Reading(Level, clock.Now.AddMinutes(-1), 0.9));

        await feed.StartAsync(Token);

        await Wait.UntilAsync(() => view.Readings[Level] is { Value: 0.9 });
    }

    [Fact]
    public async Task Start_LiveReadingBeforeTheStoredOneIsRead_IsNotReplacedByIt()
    {
        var read = new TaskCompletionSource();
        history.Gate = read.Task;
        history.Add(new Reading(Level, clock.Now.AddMinutes(-1), 0.9), new Reading(PointId.Intern("hq/SP-1/level"), clock.Now, 0.5));
        await readings.PublishAsync(new(new[] { new Reading(Level, clock.Now, 1.4) }), Token);

        await feed.StartAsync(Token);
        await Wait.UntilAsync(() => view.Readings[Level] is { Value: 1.4 });
        read.SetResult();

        await Wait.UntilAsync(() => view.Readings[PointId.Intern("hq/SP-1/level")] is not null);
        Assert.Equal(1.4, view.Readings[Level]!.Value.Value);
    }

    [Fact]
    public async Task Start_HistoryAway_LivesOnAndTriesAgain()
    {
        history.Failure = new IOException("away");
        history.Add(new Reading(Level, clock.Now.AddMinutes(-1), 0.9));
        await feed.StartAsync(Token);
        await readings.PublishAsync(new(new[] { new Reading(PointId.Intern("hq/SP-1/level"), clock.Now, 0.5) }), Token);
        await Wait.UntilAsync(() => view.Readings[PointId.Intern("hq/SP-1/level")] is not null);
        Assert.Null(view.Readings[Level]);

        history.Failure = null;
        clock.Advance(options.Value.ReloadInterval);

        await Wait.UntilAsync(() => view.Readings[Level] is not null);
    }

    [Fact]
    public async Task Start_AlarmsThereAlready_AreShown()
    {
        alarms.Preset(DemoData.Alarms(clock.Now));

        await feed.StartAsync(Token);

        await Wait.UntilAsync(() => view.Alarms.Active.Length == 4);
    }

    [Fact]
    public async Task Alarms_MoreThanTheQueueHolds_AreReadAgain()
    {
        for (var i = 1; i <= 100; i++) await alarms.PublishAsync(DemoData.Flood(clock.Now, i), AlarmEvent.Raised);

        await feed.StartAsync(Token);

        await Wait.UntilAsync(() => view.Alarms.Active.Length == 100);
    }

    [Fact]
    public async Task Readings_MoreThanTheQueueHolds_AreDroppedOldestFirstAndCounted()
    {
        using var listener = new MeterListener();
        var dropped = 0L;
        listener.InstrumentPublished = static (instrument, own) =>
        {
            if (instrument.Name == "plantroom.dashboard.dropped") own.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            if (tags[0].Value is "readings") dropped += value;
        });
        listener.Start();
        for (var i = 0; i < 20; i++) await readings.PublishAsync(new(new[] { new Reading(Level, clock.Now.AddSeconds(i), i) }), Token);

        await feed.StartAsync(Token);

        await Wait.UntilAsync(() => view.Readings[Level] is { Value: 19 });
        listener.RecordObservableInstruments();
        Assert.True(dropped >= 4, $"{dropped} dropped");
    }

    [Fact]
    public async Task Model_Replaced_ReadsItsNewPoints()
    {
        facility.Change(Facility.Empty);
        history.Add(new Reading(Level, clock.Now, 0.9));
        await feed.StartAsync(Token);
        await readings.PublishAsync(new(new[] { new Reading(PointId.Intern("hq/SP-1/level"), clock.Now, 0.5) }), Token);
        await Wait.UntilAsync(() => view.Readings[PointId.Intern("hq/SP-1/level")] is not null);
        Assert.Null(view.Readings[Level]);

        facility.Change(DemoFacility.Load());

        await Wait.UntilAsync(() => view.Readings[Level] is not null);
    }

    [Fact]
    public async Task Bus_Complete_StopsWithoutDelay()
    {
        await feed.StartAsync(Token);
        readings.Complete();
        changes.Complete();

        await feed.StopAsync(Token).WaitAsync(TimeSpan.FromSeconds(5), Token);
    }

    public async ValueTask DisposeAsync()
    {
        await feed.StopAsync(CancellationToken.None);
        feed.Dispose();
        view.Dispose();
        await services.DisposeAsync();
    }
}
