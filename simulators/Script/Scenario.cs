using Plantroom.Simulators.Building;
using Plantroom.Simulators.Weather;

namespace Plantroom.Simulators.Script;

/// <summary>What happens to the building. Times count from the moment the simulator goes live.</summary>
internal sealed record Scenario(
    string Name, Hyetograph Rain, IReadOnlyList<InitialSump> Initial, IReadOnlyList<ScenarioEvent> Events);

/// <summary>How a sump stands when the scenario starts.</summary>
/// <param name="Sump">Its id.</param>
/// <param name="Level">m; null to leave it as it is.</param>
/// <param name="Inflow">L/s; null to leave it as it is.</param>
internal readonly record struct InitialSump(string Sump, double? Level, double? Inflow);

/// <summary>Something that happens once.</summary>
/// <param name="At">After the start.</param>
/// <param name="Action">What.</param>
/// <param name="Equipment">To which equipment; empty for the building.</param>
internal readonly record struct ScenarioEvent(TimeSpan At, ScenarioAction Action, string Equipment);

/// <summary>What can happen.</summary>
internal enum ScenarioAction
{
    Fault,
    Repair,
    SwitchOff,
    Automatic,
    Manual,
    SensorFreeze,
    SensorRelease,
    SuctionLoss,
    SuctionBack,
    Entrapment,
    Release,
    Fire,
    FireReset,
    Trouble,
    TroubleReset,
    PowerLoss,
    PowerBack,
}

/// <summary>The names of the actions in the files, and what they can be done to.</summary>
internal static class ScenarioActions
{
    private static readonly (ScenarioAction Action, string Name, EquipmentKind[] Kinds)[] Table =
    [
        (ScenarioAction.Fault, "fault", [EquipmentKind.DrainPump, EquipmentKind.BoosterSet]),
        (ScenarioAction.Repair, "repair", [EquipmentKind.DrainPump, EquipmentKind.BoosterSet]),
        (ScenarioAction.SwitchOff, "switch_off", [EquipmentKind.DrainPump]),
        (ScenarioAction.Automatic, "automatic", [EquipmentKind.DrainPump]),
        (ScenarioAction.Manual, "manual", [EquipmentKind.DrainPump]),
        (ScenarioAction.SensorFreeze, "sensor_freeze", [EquipmentKind.Sump]),
        (ScenarioAction.SensorRelease, "sensor_release", [EquipmentKind.Sump]),
        (ScenarioAction.SuctionLoss, "suction_loss", [EquipmentKind.BoosterSet]),
        (ScenarioAction.SuctionBack, "suction_back", [EquipmentKind.BoosterSet]),
        (ScenarioAction.Entrapment, "entrapment", [EquipmentKind.Lift]),
        (ScenarioAction.Release, "release", [EquipmentKind.Lift]),
        (ScenarioAction.Fire, "fire", [EquipmentKind.FirePanel]),
        (ScenarioAction.FireReset, "fire_reset", [EquipmentKind.FirePanel]),
        (ScenarioAction.Trouble, "trouble", [EquipmentKind.FirePanel]),
        (ScenarioAction.TroubleReset, "trouble_reset", [EquipmentKind.FirePanel]),
        (ScenarioAction.PowerLoss, "power_loss", [EquipmentKind.Building]),
        (ScenarioAction.PowerBack, "power_back", [EquipmentKind.Building]),
    ];

    public static IReadOnlyDictionary<string, ScenarioAction> ByName { get; } =
        Table.ToDictionary(static a => a.Name, static a => a.Action);

    public static IReadOnlyList<EquipmentKind> KindsOf(ScenarioAction action) => Table.Single(a => a.Action == action).Kinds;
}
