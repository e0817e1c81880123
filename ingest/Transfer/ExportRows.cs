using System.Runtime.InteropServices;
using Plantroom.Ingest.Rows;

namespace Plantroom.Ingest.Transfer;

/// <summary>Writes exported readings into a buffer, always the same bytes for the same readings.</summary>
internal abstract class ExportRows
{
    public abstract RowBuffer Buffer { get; }

    public static ExportRows Of(TransferFormat format, IFacilitySource facility) =>
        format is TransferFormat.Csv ? new CsvExportRows() : new LineExportRows(facility);

    /// <summary>What comes first in the file.</summary>
    public abstract void Begin();

    /// <summary>Adds readings of one point.</summary>
    public abstract void Add(PointId point, IReadOnlyList<Reading> readings);
}

internal sealed class CsvExportRows : ExportRows
{
    private readonly ReadingRows shape = new();
    private readonly CsvRows rows;

    public CsvExportRows() => rows = new(shape.Columns);

    public override RowBuffer Buffer => rows.Buffer;

    public override void Begin() => rows.Begin();

    public override void Add(PointId point, IReadOnlyList<Reading> readings)
    {
        rows.BeginPoint(point.ToString());
        foreach (var reading in readings)
        {
            rows.BeginRow();
            shape.Write(rows, reading);
            rows.EndRow();
        }

        rows.EndPoint();
    }
}

/// <summary>Readings of one point never share a line, so each has its own, however the store cuts them into blocks.</summary>
internal sealed class LineExportRows(IFacilitySource facility) : ExportRows
{
    private readonly LineProtocolWriter writer = new(facility);

    public override RowBuffer Buffer { get; } = new();

    public override void Begin()
    {
    }

    public override void Add(PointId point, IReadOnlyList<Reading> readings) =>
        writer.Write(readings is List<Reading> list ? CollectionsMarshal.AsSpan(list) : readings.ToArray(), Buffer);
}
