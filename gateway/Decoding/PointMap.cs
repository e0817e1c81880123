namespace Plantroom.Gateway;

/// <summary>The site model as the decoder needs it: from the bytes of a topic to equipment to point. Immutable; a change makes a new one.</summary>
internal sealed class PointMap
{
    private readonly Utf8Map<EquipmentPoints> equipment;

    public PointMap(Facility facility) =>
        equipment = new([.. facility.Equipment.Select(static e => KeyValuePair.Create(e.Id.ToString(), new EquipmentPoints(e)))]);

    /// <summary>Finds equipment by <c>site/equipment</c>; null when there is none.</summary>
    public EquipmentPoints? Find(ReadOnlySpan<byte> name) => equipment.Find(name);
}

/// <summary>The points of one piece of equipment.</summary>
internal sealed class EquipmentPoints(Equipment equipment)
{
    private readonly Utf8Map<PointRule> points = new(
        [.. equipment.Points.Select(static (p, i) => KeyValuePair.Create(p.Id.Point, new PointRule(p, i)))]);

    /// <summary>How many points there are; each rule's ordinal is below it.</summary>
    public int Count { get; } = equipment.Points.Count;

    public PointRule? Find(ReadOnlySpan<byte> name) => points.Find(name);
}
