using System.Globalization;
using System.Text;

namespace Plantroom.Ingest.InfluxClient;

/// <summary>Puts the newest values and the newest qualities of points together: a quality counts where it is of the same time.</summary>
internal sealed class NewestRows
{
    private readonly Dictionary<(string Equipment, string Field), PointId> values = [];
    private readonly Dictionary<(string Equipment, string Field), PointId> marks = [];
    private readonly Dictionary<PointId, Reading> newest = [];
    private readonly Dictionary<(PointId Point, DateTime Time), Quality> qualities = [];

    /// <summary>Expects rows of points of one site.</summary>
    public NewestRows(IEnumerable<PointId> points)
    {
        foreach (var point in points)
        {
            var equipment = LineNames.Tag(point.Equipment.Equipment);
            values[(equipment, LineNames.Field(point))] = point;
            marks[(equipment, LineNames.QualityField(point))] = point;
        }
    }

    /// <summary>The newest reading of each point that has one.</summary>
    public IEnumerable<Reading> Readings => newest.Values.Select(r => r with { Quality = qualities.GetValueOrDefault((r.Point, r.Time)) });

    /// <summary>Takes a row. There may be several of a field, as equipment may have stood in another building.</summary>
    public void Add(string equipment, string field, DateTime time, object value)
    {
        if (values.TryGetValue((equipment, field), out var point))
        {
            if (newest.TryGetValue(point, out var known) && known.Time >= time) return;
            newest[point] = new(point, time, Convert.ToDouble(value, CultureInfo.InvariantCulture));
        }
        else if (marks.TryGetValue((equipment, field), out point)
            && LineNames.TryReadQuality(Encoding.UTF8.GetBytes((string)value), out var quality))
        {
            qualities[(point, time)] = quality;
        }
    }
}
