using System.Collections.Concurrent;
using System.Text;

namespace Plantroom;

/// <summary>How the points of a site model are named in line protocol: made once for each point, then only copied.</summary>
/// <param name="facility">The model: gives class and building of the equipment that it knows.</param>
internal sealed class PointLines(Facility facility)
{
    /// <summary>The measurement of equipment whose class is not known.</summary>
    public const string NoClass = "equipment";

    private readonly ConcurrentDictionary<EquipmentId, byte[]> heads = new();
    private Line?[] lines = new Line?[64];

    public Facility Facility => facility;

    public Line Of(PointId point)
    {
        var known = lines;
        return (uint)point.Index < (uint)known.Length && known[point.Index] is { } line ? line : Add(point);
    }

    /// <summary>The field of a point's value, escaped.</summary>
    public static string Key(string point) => point == "time" ? "time/" : LineText.Escape(point); // time is not allowed as the name of a field

    /// <summary>The field of a point's quality, escaped.</summary>
    public static string QualityKey(string point) =>
        Key(point) is var key && key.EndsWith((char)LineText.End) ? key + "quality" : key + "/quality";

    /// <summary>The name of a measurement; null when the class is not known.</summary>
    public static string? Measurement(Equipment? equipment) => EquipmentId.IsValidSegment(equipment?.Class) ? equipment!.Class : null;

    /// <summary>Two threads may add at the same time: one of them may be forgotten, and is made again.</summary>
    private Line Add(PointId point)
    {
        var line = new Line(
            heads.GetOrAdd(point.Equipment, Head),
            Encoding.UTF8.GetBytes(Key(point.Point) + "="),
            Encoding.UTF8.GetBytes($",{QualityKey(point.Point)}="));
        var grown = lines;
        if (point.Index >= grown.Length) Array.Resize(ref grown, Math.Max(point.Index + 1, grown.Length * 2));
        grown[point.Index] = line;
        lines = grown;
        return line;
    }

    /// <summary>Measurement and tags, the tags in the order of their names, and the space behind them.</summary>
    private byte[] Head(EquipmentId id)
    {
        var equipment = facility.Find(id);

        // An equals sign stands for itself in a measurement.
        var head = new StringBuilder(
            Measurement(equipment) is { } name ? LineText.Escape(name).Replace("\\=", "=", StringComparison.Ordinal) : NoClass);
        if (EquipmentId.IsValidSegment(equipment?.Building)) head.Append(",building=").Append(LineText.Escape(equipment!.Building));
        head.Append(",equipment=").Append(LineText.Escape(id.Equipment)).Append(",site=").Append(LineText.Escape(id.Site)).Append(' ');
        return Encoding.UTF8.GetBytes(head.ToString());
    }

    /// <summary>The parts of a line that do not change.</summary>
    /// <param name="Head">Measurement and tags; the same array for all points of one equipment.</param>
    /// <param name="Key">The field's name and its equals sign.</param>
    /// <param name="QualityKey">The same for its quality, with a comma in front.</param>
    internal sealed record Line(byte[] Head, byte[] Key, byte[] QualityKey);
}
