using Plantroom.Simulators.Drainage;
using Plantroom.Simulators.Script;

namespace Plantroom.Simulators.Building;

/// <summary>What the events of a scenario do to the building.</summary>
internal static class ScenarioEffects
{
    public static void Apply(this SimulatedBuilding building, InitialSump initial)
    {
        var sump = building.Sumps.Single(s => s.Id == initial.Sump);
        sump.Level = initial.Level ?? sump.Level;
        sump.Inflow = initial.Inflow ?? sump.Inflow;
    }

    public static void Apply(this SimulatedBuilding building, ScenarioEvent happening)
    {
        switch (BuildingPlan.Equipment.GetValueOrDefault(happening.Equipment, EquipmentKind.Building))
        {
            case EquipmentKind.DrainPump:
                Apply(building.Pumps.Single(p => p.Id == happening.Equipment), happening.Action);
                break;
            case EquipmentKind.Sump:
                building.Sumps.Single(s => s.Id == happening.Equipment).Freeze(happening.Action is ScenarioAction.SensorFreeze);
                break;
            case EquipmentKind.Lift when happening.Action is ScenarioAction.Entrapment:
                building.Lifts.Single(l => l.Id == happening.Equipment).Entrap();
                break;
            case EquipmentKind.Lift:
                building.Lifts.Single(l => l.Id == happening.Equipment).Release();
                break;
            case EquipmentKind.BoosterSet:
                ApplyToBooster(building, happening.Action);
                break;
            case EquipmentKind.FirePanel:
                ApplyToPanel(building, happening.Action);
                break;
            default:
                building.Mains = happening.Action is not ScenarioAction.PowerLoss;
                break;
        }
    }

    private static void Apply(DrainPump pump, ScenarioAction action)
    {
        switch (action)
        {
            case ScenarioAction.Fault:
                pump.Fault = true;
                break;
            case ScenarioAction.Repair:
                pump.Fault = false;
                break;
            case ScenarioAction.SwitchOff:
                pump.Mode = PumpMode.Off;
                break;
            case ScenarioAction.Manual:
                pump.Mode = PumpMode.Manual;
                break;
            default:
                pump.Mode = PumpMode.Auto;
                break;
        }
    }

    private static void ApplyToBooster(SimulatedBuilding building, ScenarioAction action)
    {
        if (action is ScenarioAction.Fault or ScenarioAction.Repair) building.Booster.Fault = action is ScenarioAction.Fault;
        else building.Booster.SuctionLost = action is ScenarioAction.SuctionLoss;
    }

    /// <summary>Fire recalls the lifts, as the panel's own contact does in a building.</summary>
    private static void ApplyToPanel(SimulatedBuilding building, ScenarioAction action)
    {
        if (action is ScenarioAction.Trouble or ScenarioAction.TroubleReset)
        {
            building.Panel.Trouble = action is ScenarioAction.Trouble;
            return;
        }

        building.Panel.Fire = action is ScenarioAction.Fire;
        foreach (var lift in building.Lifts) lift.Recall(building.Panel.Fire);
    }
}
