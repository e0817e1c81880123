using Plantroom.Simulators.Building;

namespace Plantroom.Simulators.Publishing;

/// <summary>Keeps the building up with the clock and publishes what is due, tick by tick.</summary>
internal sealed class Present(
    SimulatorOptions options, SimulatedBuilding building, DateTime start, BoundedPublisher publisher, Memory memory)
{
    private readonly List<DeviceReporter> reporters = [.. building.Devices.Select(device => new DeviceReporter(device, options))];

    /// <summary>
    /// Waits until the tick's messages are acknowledged, so that a broker that is away meets current values when it is back.
    /// </summary>
    /// <param name="elapsed">Since the start, by a clock that is never set.</param>
    /// <param name="now">UTC, whole milliseconds; the time in the messages.</param>
    public async Task TickAsync(TimeSpan elapsed, DateTime now)
    {
        building.Advance(start + elapsed * options.Speed);
        memory.Keep(now, building.ReadCounters());
        foreach (var reporter in reporters)
            if (reporter.Due(now) is { } payload)
                await publisher.PublishAsync(reporter.Topic, payload);
        await publisher.DrainAsync();
    }
}
