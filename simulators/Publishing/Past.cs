using Plantroom.Simulators.Building;

namespace Plantroom.Simulators.Publishing;

/// <summary>
/// Delivers the time before the start: within the backfill what all devices would have reported, before it what the rain gauge has kept.
/// Paced, so that live readings of other devices are not held up.
/// </summary>
internal sealed class Past(SimulatorOptions options, TimeProvider time, BoundedPublisher publisher)
{
    private const int BurstsPerSecond = 20;
    private int burst;

    public async Task DeliverAsync(SimulatedBuilding building, DateTime start, CancellationToken stopping)
    {
        var reporters = building.Devices.Select(device => new DeviceReporter(device, options)).ToList();
        var gauge = reporters[building.Devices.ToList().IndexOf(building.Gauge.Device)];
        var step = options.BackfillStep;
        while (building.Now + step < start)
        {
            building.Step(step);
            var everybody = building.Now >= start - options.Backfill && options.Backfill > TimeSpan.Zero;
            foreach (var reporter in everybody ? reporters : [gauge]) await SendAsync(reporter, building.Now, stopping);
        }

        await publisher.DrainAsync();
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
