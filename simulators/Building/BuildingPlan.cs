namespace Plantroom.Simulators.Building;

/// <summary>What can be done to a piece of equipment.</summary>
internal enum EquipmentKind
{
    /// <summary>The whole building.</summary>
    Building,
    Sump,
    DrainPump,
    BoosterSet,
    Lift,
    FirePanel,
}

/// <summary>The equipment of the demonstration building that scenarios can name. The ids are those of the site model.</summary>
internal static class BuildingPlan
{
    public static IReadOnlyDictionary<string, EquipmentKind> Equipment { get; } = new Dictionary<string, EquipmentKind>
    {
        ["SP-1"] = EquipmentKind.Sump,
        ["SP-2"] = EquipmentKind.Sump,
        ["P-101"] = EquipmentKind.DrainPump,
        ["P-102"] = EquipmentKind.DrainPump,
        ["P-201"] = EquipmentKind.DrainPump,
        ["P-202"] = EquipmentKind.DrainPump,
        ["BS-1"] = EquipmentKind.BoosterSet,
        ["L-1"] = EquipmentKind.Lift,
        ["L-2"] = EquipmentKind.Lift,
        ["FP-1"] = EquipmentKind.FirePanel,
    };

    /// <summary>The ids of a kind, for messages.</summary>
    public static string Names(IReadOnlyList<EquipmentKind> kinds) =>
        string.Join(", ", Equipment.Where(e => kinds.Contains(e.Value)).Select(static e => e.Key));
}
