using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Plantroom.Alerts.Tests;

public sealed class AlertsMetricsTests : IDisposable
{
    private readonly AlertsWorld world = new(AlertsApp.Rules);

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task Meter_ReadingsAndTransitions_AreCountedWithReasons()
    {
        await using var app = await AlertsApp.StartAsync(world);
        var factory = app.Get<IMeterFactory>();
        var seen = new ConcurrentDictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Scope == factory && instrument.Meter.Name == AlertsMetrics.MeterName) l.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            var key = instrument.Name + (tags.Length > 0 ? " " + tags[0].Value : "");
            if (instrument.IsObservable) seen[key] = value;
            else seen.AddOrUpdate(key, value, (_, old) => old + value);
        });
        listener.Start();

        await app.ReadAsync("hq/SP-1/level", 1.2);
        var late = new Reading(PointId.Intern("hq/SP-1/level"), world.Clock.Now.AddMinutes(-3), 1.2);
        var older = late with { Time = world.Clock.Now.AddSeconds(-1) };
        var bad = late with { Quality = Quality.Bad(QualityReason.OutOfRange) };
        await app.Get<IBus<ReadingBatch>>().PublishAsync(new(new[] { late, older, bad }), TestContext.Current.CancellationToken);
        await app.ReadAsync("hq/SP-2/level", 1.0);
        await app.PassAsync(TimeSpan.FromSeconds(60));
        listener.RecordObservableInstruments();

        Assert.Equal(2, seen["plantroom.alerts.readings.evaluated"]);
        Assert.Equal(1, seen["plantroom.alerts.readings.skipped late"]);
        Assert.Equal(1, seen["plantroom.alerts.readings.skipped outOfOrder"]);
        Assert.Equal(1, seen["plantroom.alerts.readings.skipped bad"]);
        Assert.Equal(1, seen["plantroom.alerts.transitions Raised"]);
    }
}
