namespace Plantroom.Ingest.Transfer;

/// <summary>Makes readings of the lines of a file. For one thread.</summary>
internal abstract class ImportRows
{
    public static ImportRows Of(ImportRequest request) =>
        request.Format is TransferFormat.Csv ? new CsvImportRows(request.KeepUnknown) : new LineImportRows();

    /// <summary>Whether the first line of the file is not a row.</summary>
    public abstract bool HasHeading { get; }

    /// <summary>Takes the heading; tells what is wrong with it.</summary>
    public abstract string? Begin(ReadOnlySpan<byte> heading);

    /// <summary>Reads a line; its readings are added, or the reason is told why there are none.</summary>
    public abstract ImportReason? Read(ReadOnlySpan<byte> line, List<Reading> readings);
}

/// <summary>Line protocol; comments and empty lines are passed over.</summary>
internal sealed class LineImportRows : ImportRows
{
    private readonly LineProtocolReader reader = new();
    private readonly List<LineFault> faults = [];

    public override bool HasHeading => false;

    public override string? Begin(ReadOnlySpan<byte> heading) => null;

    public override ImportReason? Read(ReadOnlySpan<byte> line, List<Reading> readings)
    {
        faults.Clear();
        if (reader.Read(line, readings, faults) == 0) return null;
        return faults[0].Reason switch
        {
            LineFaultReason.TooLong => ImportReason.TooLong,
            LineFaultReason.Name or LineFaultReason.TooManyNames => ImportReason.Point,
            LineFaultReason.Value => ImportReason.Value,
            LineFaultReason.Quality => ImportReason.Quality,
            LineFaultReason.Time => ImportReason.Time,
            _ => ImportReason.Row,
        };
    }
}
