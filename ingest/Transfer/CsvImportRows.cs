using System.Text;
using Plantroom.Ingest.Rows;

namespace Plantroom.Ingest.Transfer;

/// <summary>
/// CSV with a line of headings: <c>point</c>, <c>time</c>, <c>value</c>, and perhaps <c>quality</c> and <c>reason</c>, in any order.
/// </summary>
/// <param name="keepUnknown">Whether names become known that are not.</param>
internal sealed class CsvImportRows(bool keepUnknown) : ImportRows
{
    private static readonly string[] Known = ["point", "time", "value", "quality", "reason"];

    private readonly CsvLine fields = new();
    private int[] places = [];
    private int columns;
    private byte[] name = [];
    private PointId point;

    public override bool HasHeading => true;

    public override string? Begin(ReadOnlySpan<byte> heading)
    {
        if (heading.StartsWith("\uFEFF"u8)) heading = heading[3..];
        if (!fields.TrySplit(heading)) return "the first line is not a line of headings";
        var names = Enumerable.Range(0, fields.Count).Select(i => Encoding.UTF8.GetString(fields[i]).Trim()).ToList();
        columns = names.Count;
        places = [.. Known.Select(known => names.IndexOf(known))];
        var missing = Known.Take(3).Where((_, i) => places[i] < 0).ToList();
        return missing.Count == 0 ? null : $"the first line does not have the headings {string.Join(", ", missing)}";
    }

    public override ImportReason? Read(ReadOnlySpan<byte> line, List<Reading> readings)
    {
        if (line.IsEmpty) return null;
        if (!fields.TrySplit(line) || fields.Count != columns) return ImportReason.Row;
        if (Find(fields[places[0]]) is { } unknown) return unknown;
        if (!RowTime.TryRead(fields[places[1]], out var time)) return ImportReason.Time;
        if (!LineNumber.TryRead(fields[places[2]], out var value)) return ImportReason.Value;
        if (!QualityWords.TryRead(fields[places[3]], fields[places[4]], out var quality)) return ImportReason.Quality;
        readings.Add(new(point, time, value, quality));
        return null;
    }

    /// <summary>Neighbours are most often of the same point, whose name is then not looked up again.</summary>
    private ImportReason? Find(ReadOnlySpan<byte> wanted)
    {
        if (wanted.SequenceEqual(name)) return null;
        var text = Encoding.UTF8.GetString(wanted);
        if (!PointId.IsValidName(text)) return ImportReason.Point;
        if (!PointId.TryFind(text, out var found) && !keepUnknown) return ImportReason.Unknown;
        point = found == default ? PointId.Intern(text) : found;
        name = wanted.ToArray();
        return null;
    }
}
