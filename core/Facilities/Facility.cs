using System.Collections.Frozen;

namespace Plantroom;

/// <summary>A building of a site.</summary>
/// <param name="Id">Unique within the site.</param>
/// <param name="Name">Its name for people.</param>
public sealed record Building(string Id, LocalizedText Name);

/// <summary>A place with buildings and equipment.</summary>
/// <param name="Id">The first segment of every point name of the site.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="TimeZone">Its time zone: days and months of reports are this zone's.</param>
/// <param name="Buildings">In the order of the file.</param>
public sealed record Site(string Id, LocalizedText Name, TimeZoneInfo TimeZone, IReadOnlyList<Building> Buildings);

/// <summary>Which part of a building's technology a piece of equipment belongs to.</summary>
public enum BuildingSystem
{
    /// <summary>Sumps, drain pumps, rain. 排水</summary>
    Drainage,

    /// <summary>Booster sets, tanks, water meters. 给水</summary>
    WaterSupply,

    /// <summary>Lifts and escalators. 电梯</summary>
    Lifts,

    /// <summary>Lighting circuits. 照明</summary>
    Lighting,

    /// <summary>Electricity: meters, transformers, generators. 供电</summary>
    Power,

    /// <summary>Fire alarm and fire water. 消防</summary>
    Fire,

    /// <summary>Weather stations and rain gauges. 气象</summary>
    Weather,
}

/// <summary>Preventive maintenance by calendar.</summary>
/// <param name="Interval">From one maintenance to the next.</param>
/// <param name="LastDone">When it was last done, as the site model knows it; null when never.</param>
/// <param name="Task">What is to be done.</param>
public sealed record MaintenanceInterval(TimeSpan Interval, DateOnly? LastDone, LocalizedText Task);

/// <summary>One piece of equipment with its points.</summary>
public sealed record Equipment
{
    /// <summary>Which equipment.</summary>
    public required EquipmentId Id { get; init; }

    /// <summary>Its name for people.</summary>
    public required LocalizedText Name { get; init; }

    /// <summary>Its class, for example <c>sump</c>, <c>drain_pump</c>, <c>lift</c>; rules are bound to classes.</summary>
    public required string Class { get; init; }

    /// <summary>Which system it belongs to.</summary>
    public required BuildingSystem System { get; init; }

    /// <summary>The id of the building it stands in.</summary>
    public required string Building { get; init; }

    /// <summary>The equipment it is a part of, for example the sump of a drain pump; null for none.</summary>
    public EquipmentId? Parent { get; init; }

    /// <summary>Its points, in the order of the file.</summary>
    public required IReadOnlyList<PointDefinition> Points { get; init; }

    /// <summary>Its preventive maintenance; null when none is planned.</summary>
    public MaintenanceInterval? Maintenance { get; init; }
}

/// <summary>The site model: what there is, immutable. A change of the file makes a new one.</summary>
public sealed class Facility
{
    private readonly FrozenDictionary<PointId, PointDefinition> points;
    private readonly FrozenDictionary<EquipmentId, Equipment> equipment;

    /// <summary>Makes a model. Ids are unique; the loader has checked it.</summary>
    public Facility(IReadOnlyList<Site> sites, IReadOnlyList<Equipment> equipment)
    {
        Sites = sites;
        Equipment = equipment;
        this.equipment = equipment.ToFrozenDictionary(static e => e.Id);
        points = equipment.SelectMany(static e => e.Points).ToFrozenDictionary(static p => p.Id);
    }

    /// <summary>A model without anything in it.</summary>
    public static Facility Empty { get; } = new([], []);

    /// <summary>The sites, in the order of the file.</summary>
    public IReadOnlyList<Site> Sites { get; }

    /// <summary>The equipment of all sites, in the order of the file.</summary>
    public IReadOnlyList<Equipment> Equipment { get; }

    /// <summary>
    /// The ids of the equipment classes that the model defines, also of those that no equipment has yet; when the loader does not say
    /// otherwise, those that equipment has.
    /// </summary>
    public IReadOnlySet<string> Classes
    {
        get => field ??= Equipment.Select(static e => e.Class).ToHashSet(StringComparer.Ordinal);
        init;
    }

    /// <summary>The points of all equipment, in the order of the file.</summary>
    public IEnumerable<PointDefinition> Points => Equipment.SelectMany(static e => e.Points);

    /// <summary>Finds a point; null when the model does not have it.</summary>
    public PointDefinition? Find(PointId id) => points.GetValueOrDefault(id);

    /// <summary>Finds a piece of equipment; null when the model does not have it.</summary>
    public Equipment? Find(EquipmentId id) => equipment.GetValueOrDefault(id);

    /// <summary>Finds a site; null when the model does not have it.</summary>
    public Site? FindSite(string id) => Sites.FirstOrDefault(s => s.Id == id);
}

/// <summary>Read port of the site model.</summary>
public interface IFacilitySource
{
    /// <summary>The model in force.</summary>
    Facility Current { get; }

    /// <summary>Raised after a valid change of the model was taken over, with the new model.</summary>
    event Action<Facility>? Changed;
}
