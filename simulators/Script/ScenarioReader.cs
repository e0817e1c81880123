using System.Globalization;
using Plantroom.Simulators.Building;
using Plantroom.Simulators.Weather;
using Plantroom.Yaml;

namespace Plantroom.Simulators.Script;

/// <summary>Reads a scenario out of its file; what is wrong is reported there, each with its line.</summary>
internal static class ScenarioReader
{
    private const double MostRain = 400;
    private const double Deepest = 3;
    private const double MostInflow = 100;

    public static Scenario Read(YamlFile file, string name)
    {
        var root = file.Root;
        root.RequiredText("description");
        var rain = Rain(root);
        var initial = root.Maps("initial").Select(Initial).ToList();
        var events = root.Maps("events").Select(Event).ToList();
        root.Close();
        return new(name, rain, initial, [.. events.OrderBy(static e => e.At)]);
    }

    private static Hyetograph Rain(YamlMap root)
    {
        var steps = new List<(double From, double Intensity)>();
        foreach (var step in root.Maps("rain"))
        {
            var from = From(step);
            if (steps is [.., var last] && from <= last.From)
                step.Report(step.Has("before") ? "before" : "at", "the steps must be in the order of time");
            steps.Add((from, Number(step, "intensity", MostRain, "mm/h") ?? Missing(step, "intensity")));
            step.Close();
        }

        return new(steps);
    }

    private static double From(YamlMap step)
    {
        var (before, at) = (step.Duration("before"), step.Duration("at"));
        if (before.HasValue == at.HasValue)
        {
            var key = before.HasValue ? "before" : "intensity";
            step.Report(key, "exactly one of 'before' (the start) and 'at' (after it) must be given");
        }

        return before is { } earlier ? -earlier.TotalSeconds : at?.TotalSeconds ?? 0;
    }

    private static InitialSump Initial(YamlMap map)
    {
        var sump = map.RequiredText("sump");
        Check(map, "sump", sump, [EquipmentKind.Sump]);
        var initial = new InitialSump(sump, Number(map, "level", Deepest, "m"), Number(map, "inflow", MostInflow, "L/s"));
        map.Close();
        return initial;
    }

    private static ScenarioEvent Event(YamlMap map)
    {
        var at = map.Duration("at");
        if (at is null && !map.Has("at")) Missing(map, "at");
        map.RequiredText("action");
        var action = map.Choice("action", ScenarioActions.ByName);
        var equipment = map.Text("equipment") ?? "";
        if (action is { } known)
        {
            var kinds = ScenarioActions.KindsOf(known);
            if (!kinds.Contains(EquipmentKind.Building)) Check(map, "equipment", map.RequiredText("equipment"), kinds);
            else if (equipment.Length > 0) map.Report("equipment", "concerns the whole building and names no equipment");
        }

        map.Close();
        return new(at ?? TimeSpan.Zero, action ?? default, equipment);
    }

    private static void Check(YamlMap map, string key, string id, IReadOnlyList<EquipmentKind> kinds)
    {
        if (id.Length > 0 && !(BuildingPlan.Equipment.TryGetValue(id, out var kind) && kinds.Contains(kind)))
            map.Report(key, $"must be one of {BuildingPlan.Names(kinds)}, not '{id}'");
    }

    private static double? Number(YamlMap map, string key, double most, string unit)
    {
        if (map.Number(key) is not { } number) return null;
        if (number < 0 || number > most)
            map.Report(key, string.Create(CultureInfo.InvariantCulture, $"must be from 0 to {most} {unit}, not {number}"));
        return number;
    }

    private static double Missing(YamlMap map, string key)
    {
        if (!map.Has(key)) map.Report(key, "is missing");
        return 0;
    }
}
