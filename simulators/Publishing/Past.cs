using Plantroom.Simulators.Building;

namespace Plantroom.Simulators.Publishing;

/// <summary>
/// Lets the building live through the time before the start and puts down what there is to tell of it: within the backfill what
/// all devices would have reported, before it what the rain gauge has kept, and nothing that an earlier run has told.
/// </summary>
internal sealed class Past(SimulatorOptions options, Delivered? before)
{
    private bool resumed;
    private double coveredRain;

    /// <summary>Afterwards the building stands less than a step of the backfill before the start.</summary>
    public void Collect(SimulatedBuilding building, DateTime start, Backlog backlog, CancellationToken stopping)
    {
        var reporters = building.Devices.Select(device => new DeviceReporter(device, options)).ToList();
        var gauge = reporters[building.Devices.ToList().IndexOf(building.Gauge.Device)];
        while (building.Now + options.BackfillStep < start)
        {
            stopping.ThrowIfCancellationRequested();
            var rain = building.Gauge.Total;
            building.Step(options.BackfillStep);
            if (before?.Covers(building.Now) == true)
            {
                coveredRain += building.Gauge.Total - rain;
                continue;
            }

            if (building.Now > before?.Until) Resume(building);
            var everybody = building.Now >= start - options.Backfill && options.Backfill > TimeSpan.Zero;
            foreach (var reporter in everybody ? reporters : [gauge])
                backlog.Add(new(reporter.Equipment, reporter.Report(building.Now)));
        }

        Resume(building);
    }

    /// <summary>
    /// Goes on from the counters of the earlier run. Rain of another scenario that fell within that run is not lost: the gauge
    /// has counted it and tells it with its next reading.
    /// </summary>
    private void Resume(SimulatedBuilding building)
    {
        if (resumed || before is null) return;
        resumed = true;
        building.Resume(before.Counters);
        if (before.Scenario != options.Scenario) building.Gauge.Resume(building.Gauge.Total + coveredRain);
    }
}
