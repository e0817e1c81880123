using Plantroom.Simulators.Building;

namespace Plantroom.Simulators.Publishing;

/// <summary>
/// Delivers the time before the start: within the backfill what all devices would have reported, before it what the rain gauge
/// has kept,
/// and nothing that an earlier run has delivered. Paced, so that live readings of other devices are not held up.
/// </summary>
internal sealed class Past(SimulatorOptions options, TimeProvider time, BoundedPublisher publisher, Delivered? before)
{
    private const int BurstsPerSecond = 20;
    private int burst;
    private bool resumed;
    private double coveredRain;

    public async Task DeliverAsync(SimulatedBuilding building, DateTime start, CancellationToken stopping)
    {
        var reporters = building.Devices.Select(device => new DeviceReporter(device, options)).ToList();
        var gauge = reporters[building.Devices.ToList().IndexOf(building.Gauge.Device)];
        var step = options.BackfillStep;
        while (building.Now + step < start)
        {
            var rain = building.Gauge.Total;
            building.Step(step);
            if (before?.Covers(building.Now) == true)
            {
                coveredRain += building.Gauge.Total - rain;
                continue;
            }

            if (building.Now > before?.Until) Resume(building);
            var everybody = building.Now >= start - options.Backfill && options.Backfill > TimeSpan.Zero;
            foreach (var reporter in everybody ? reporters : [gauge]) await SendAsync(reporter, building.Now, stopping);
        }

        Resume(building);
        await publisher.DrainAsync();
    }

    /// <summary>
    /// Goes on from the counters of the earlier run. Rain of another scenario that fell within that run is not lost: the gauge
    /// has counted
    /// it and tells it with its next reading.
    /// </summary>
    private void Resume(SimulatedBuilding building)
    {
        if (resumed || before is null) return;
        resumed = true;
        building.Resume(before.Counters);
        if (before.Scenario != options.Scenario) building.Gauge.Resume(building.Gauge.Total + coveredRain);
    }

    private async Task SendAsync(DeviceReporter reporter, DateTime at, CancellationToken stopping)
    {
        if (++burst > Math.Max(1, options.BackfillRate / BurstsPerSecond))
        {
            burst = 1;
            await Task.Delay(TimeSpan.FromSeconds(1.0 / BurstsPerSecond), time, stopping);
        }

        await publisher.PublishAsync(reporter.Topic, reporter.Report(at));
    }
}
