using System.Text.Json;
using Plantroom.Simulators;
using Plantroom.Simulators.Building;
using Plantroom.Simulators.Physics;
using Plantroom.Simulators.Publishing;
using Plantroom.Simulators.Script;

namespace Plantroom.Benchmarks.Storage;

/// <summary>A point of the simulated building.</summary>
/// <param name="Name">As everywhere: <c>hq/SP-1/level</c>.</param>
/// <param name="Kind">What it is like, for figures: <c>level</c>, <c>meter power</c>, <c>switch</c>.</param>
/// <param name="IsCounter">Whether it only rises.</param>
internal sealed record BuildingPoint(string Name, string Kind, bool IsCounter);

/// <summary>One reading of the simulated building.</summary>
/// <param name="Point">The index of the point in <see cref="BuildingReadings.Points"/>.</param>
/// <param name="Time">ms since 1970, UTC.</param>
/// <param name="Value">As the device sends it.</param>
internal readonly record struct BuildingReading(int Point, long Time, double Value);

/// <summary>
/// What the devices of the simulated building report in days of a live run: the physics, the reporters and the messages of the simulator, without
/// its broker. The clock that it is driven by is a little late at every tick, as a timer is: 0 to 3 ms mostly, up to 15 ms now and then
/// (a PeriodicTimer of 1 s on a busy machine is 0 to 9 ms late and keeps to its grid). The same seed gives the same readings.
/// </summary>
internal sealed class BuildingReadings
{
    private static readonly HashSet<string> Counters = ["energy", "rain", "starts", "runHours", "trips"];
    private static readonly HashSet<string> Switches =
        ["running", "fault", "highFloat", "on", "fire", "trouble", "mains", "doorOpen", "entrapment", "mode", "serviceMode", "direction"];

    private readonly SimulatorOptions options;
    private readonly SimulatedBuilding building;
    private readonly DateTime start;
    private readonly Random lateness;

    /// <param name="start">UTC.</param>
    /// <param name="seed">Of the building and of the clock.</param>
    /// <param name="scenario">What happens; the name of a shipped one.</param>
    public BuildingReadings(DateTime start, int seed = 1, string scenario = "normal")
    {
        this.start = start;
        options = new() { Seed = seed, Scenario = scenario };
        lateness = new(seed);
        var script = ScenarioLibrary.Load(scenario, out _) ?? throw new ArgumentException("There is no such scenario.", nameof(scenario));
        building = new(script, seed, start, script.Rain.Prelude, TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone));
        Points = [.. building.Devices.SelectMany(static d => d.Points.Select(p => PointOf(d, p)))];
    }

    /// <summary>All points, in the order of their devices.</summary>
    public IReadOnlyList<BuildingPoint> Points { get; }

    /// <summary>The readings in the order of time, of <see cref="SimulatorOptions.Tick"/> after <see cref="SimulatorOptions.Tick"/>. Once only.</summary>
    public IEnumerable<BuildingReading> Read(TimeSpan length)
    {
        var reporters = building.Devices.Select(device => new DeviceReporter(device, options)).ToList();
        building.Advance(start);
        for (var tick = TimeSpan.Zero; tick < length; tick += options.Tick)
        {
            building.Advance(start + tick);
            var now = start + tick + TimeSpan.FromMilliseconds(3 + Lateness());
            var first = 0;
            foreach (var (reporter, device) in reporters.Zip(building.Devices))
            {
                if (reporter.Due(now) is { } message)
                {
                    var time = new DateTimeOffset(now).ToUnixTimeMilliseconds();
                    foreach (var value in Values(message)) yield return new(first + value.Key, time, value.Value);
                }

                first += device.Points.Count;
            }
        }
    }

    private static BuildingPoint PointOf(SimulatedDevice device, SimulatedPoint point) => new(
        $"hq/{device.Equipment}/{point.Name}",
        Switches.Contains(point.Name) ? "switches and modes"
            : device.Equipment.StartsWith("M-", StringComparison.Ordinal) ? "meter " + point.Name
            : point.Name,
        Counters.Contains(point.Name));

    /// <summary>Whole milliseconds, exponentially distributed.</summary>
    private int Lateness() => (int)Math.Min(15, -Math.Log(1 - lateness.NextDouble()) * (lateness.Next(50) == 0 ? 6 : 1.5));

    private static List<KeyValuePair<int, double>> Values(byte[] message)
    {
        using var json = JsonDocument.Parse(message);
        return [.. json.RootElement.GetProperty("values").EnumerateObject().Select(static (v, i) => KeyValuePair.Create(i, v.Value.GetDouble()))];
    }
}
