namespace Plantroom.Simulators.Building;

/// <summary>The counters of the devices. Real ones survive a power failure; these survive a restart of the simulator.</summary>
internal static class Counters
{
    /// <summary>The counters by <c>equipment/point</c>.</summary>
    public static Dictionary<string, double> ReadCounters(this SimulatedBuilding building)
    {
        var counters = new Dictionary<string, double> { ["RG-1/rain"] = building.Gauge.Total };
        foreach (var pump in building.Pumps)
        {
            counters[pump.Id + "/starts"] = pump.Starts;
            counters[pump.Id + "/runHours"] = pump.RunSeconds / 3600;
        }

        foreach (var lift in building.Lifts) counters[lift.Id + "/trips"] = lift.Trips;
        foreach (var meter in building.SubMeters.Prepend(building.MainMeter)) counters[meter.Id + "/energy"] = meter.Energy;
        return counters;
    }

    /// <summary>Goes on from earlier counters; those that are missing start at zero.</summary>
    public static void Resume(this SimulatedBuilding building, IReadOnlyDictionary<string, double> counters)
    {
        double Of(string name) => counters.TryGetValue(name, out var value) ? value : 0;
        building.Gauge.Resume(Of("RG-1/rain"));
        foreach (var pump in building.Pumps) pump.Resume((long)Of(pump.Id + "/starts"), Of(pump.Id + "/runHours"));
        foreach (var lift in building.Lifts) lift.Trips = (long)Of(lift.Id + "/trips");
        foreach (var meter in building.SubMeters.Prepend(building.MainMeter)) meter.Energy = Of(meter.Id + "/energy");
    }
}
