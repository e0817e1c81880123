namespace Plantroom.Gateway;

/// <summary>What may be said about one point, and what to think of it.</summary>
internal sealed class PointRule(PointDefinition definition, int ordinal)
{
    private readonly PointKind kind = definition.Kind;
    private readonly double min = definition.Min ?? double.NegativeInfinity;
    private readonly double max = definition.Max ?? double.PositiveInfinity;
    private readonly double[] labels = [.. definition.Labels.Keys.Select(static k => (double)k)];

    public PointId Point { get; } = definition.Id;

    /// <summary>Its place among the points of its equipment, from 0.</summary>
    public int Ordinal => ordinal;

    /// <summary>Only switches are on and off.</summary>
    public bool TakesBoolean => kind is PointKind.Switch;

    /// <summary>Judges a number; null when it can be kept.</summary>
    public RejectReason? Judge(double value, out Quality quality)
    {
        quality = Quality.Good;
        if (!double.IsFinite(value)) return RejectReason.NotFinite;
        switch (kind)
        {
            case PointKind.Switch:
                return value is 0 or 1 ? null : RejectReason.WrongType;
            case PointKind.Enumeration:
                if (value != Math.Floor(value)) return RejectReason.WrongType;
                if (!labels.AsSpan().Contains(value)) quality = Quality.Uncertain(QualityReason.UnknownLabel);
                return null;
            default:
                if (value < min || value > max) quality = Quality.Bad(QualityReason.OutOfRange);
                return null;
        }
    }
}
