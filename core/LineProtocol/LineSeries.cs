namespace Plantroom;

/// <summary>One measurement with its tags, as it was read: a piece of equipment, and its fields by their raw names.</summary>
internal sealed class LineSeries
{
    private readonly Dictionary<byte[], Field>.AlternateLookup<ReadOnlySpan<byte>> fields;
    private readonly EquipmentId equipment;

    private LineSeries(EquipmentId equipment, Utf8Comparer comparer)
    {
        this.equipment = equipment;
        fields = new Dictionary<byte[], Field>(comparer).GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>Reads measurement and tags; of the tags only <c>site</c> and <c>equipment</c> say something.</summary>
    /// <param name="head">The text up to the first space that is not escaped.</param>
    /// <param name="comparer">How names are compared.</param>
    /// <param name="reason">What is wrong, when the result is null.</param>
    /// <param name="at">Where, when the result is null.</param>
    public static LineSeries? Read(ReadOnlySpan<byte> head, Utf8Comparer comparer, out LineFaultReason reason, out int at)
    {
        (reason, at) = (LineFaultReason.Tags, 0);
        string? site = null, equipment = null;
        var comma = LineText.Find(head, (byte)',');
        for (var from = comma < 0 ? head.Length : comma + 1; from < head.Length;)
        {
            at = from;
            var rest = head[from..];
            var length = LineText.Find(rest, (byte)',') is var end and >= 0 ? end : rest.Length;
            var equals = LineText.Find(rest[..length], (byte)'=');
            if (equals < 1 || equals == length - 1) return null;
            var name = rest[..equals];
            var value = rest[(equals + 1)..length];
            if (name.SequenceEqual("site"u8)) site = LineText.Unescape(value);
            else if (name.SequenceEqual("equipment"u8)) equipment = LineText.Unescape(value);
            from += length + 1;
        }

        if (comma == 0 || site is null || equipment is null) return null;
        reason = LineFaultReason.Name;
        return EquipmentId.IsValidSegment(site) && EquipmentId.IsValidSegment(equipment) ? new(new(site, equipment), comparer) : null;
    }

    /// <summary>Finds a field by its raw name.</summary>
    public bool TryFind(ReadOnlySpan<byte> name, out Field field) => fields.TryGetValue(name, out field);

    /// <summary>Makes a new field known; false when its name cannot be that of a point.</summary>
    public bool TryAdd(ReadOnlySpan<byte> name, out Field field)
    {
        var isQuality = name.EndsWith("/quality"u8);
        var text = LineText.Unescape(isQuality ? name[..^"quality".Length] : name);
        field = default;
        if (!EquipmentId.IsValidSegment(text)) return false;
        field = new(equipment.Point(text!), isQuality);
        fields[name] = field;
        return true;
    }

    /// <summary>What a field is.</summary>
    /// <param name="Point">The point.</param>
    /// <param name="IsQuality">Whether it is the point's quality and not its value.</param>
    internal readonly record struct Field(PointId Point, bool IsQuality);
}
