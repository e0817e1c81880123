using System.Collections.Concurrent;
using System.Text;

namespace Plantroom;

/// <summary>How the points of a site model are named in line protocol: made once for each point, then only copied.</summary>
/// <param name="facility">The model: gives class and building of the equipment that it knows.</param>
internal sealed class PointLines(Facility facility)
{
    /// <summary>The measurement of equipment whose class is not known.</summary>
    private const string NoClass = "equipment";

    private readonly ConcurrentDictionary<EquipmentId, byte[]> heads = new();
    private Line?[] lines = new Line?[64];

    public Facility Facility => facility;

    public Line Of(PointId point)
    {
        var known = lines;
        return (uint)point.Index < (uint)known.Length && known[point.Index] is { } line ? line : Add(point);
    }

    /// <summary>Two threads may add at the same time: one of them may be forgotten, and is made again.</summary>
    private Line Add(PointId point)
    {
        var key = LineText.Escape(point.Point);
        if (key == "time") key += (char)LineText.End; // not allowed as the name of a field
        var quality = key.EndsWith((char)LineText.End) ? key + "quality" : key + "/quality";
        var line = new Line(heads.GetOrAdd(point.Equipment, Head), Encoding.UTF8.GetBytes(key + "="), Encoding.UTF8.GetBytes($",{quality}="));
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
        var known = EquipmentId.IsValidSegment(equipment?.Class);
        var head = new StringBuilder(known ? LineText.Escape(equipment!.Class).Replace("\\=", "=", StringComparison.Ordinal) : NoClass);
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
