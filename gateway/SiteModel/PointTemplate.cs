namespace Plantroom.Gateway;

/// <summary>What a class, or one piece of equipment beyond its class, says about a point: a definition that has no id yet.</summary>
internal sealed record PointTemplate
{
    public required string Key { get; init; }

    public LocalizedText Name { get; init; } = LocalizedText.Same("");

    public PointKind Kind { get; init; }

    public string Unit { get; init; } = "";

    public double? Min { get; init; }

    public double? Max { get; init; }

    public TimeSpan? ExpectedInterval { get; init; }

    public IReadOnlyDictionary<int, LocalizedText> Labels { get; init; } = new Dictionary<int, LocalizedText>();

    public int Decimals { get; init; } = 1;

    public PointDefinition Of(EquipmentId equipment) => new()
    {
        Id = equipment.Point(Key),
        Name = Name,
        Kind = Kind,
        Unit = Unit,
        Min = Min,
        Max = Max,
        ExpectedInterval = ExpectedInterval,
        Labels = Labels,
        Decimals = Decimals,
    };
}
