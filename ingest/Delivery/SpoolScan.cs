namespace Plantroom.Ingest.Delivery;

/// <summary>What a look at all records of a file found.</summary>
/// <param name="Seal">What would stand in its seal.</param>
/// <param name="Damaged">Parts between records that are none.</param>
internal sealed record SpoolScan(SpoolSeal Seal, IReadOnlyList<Part> Damaged)
{
    /// <summary>Looks at a part of a file. What follows the last whole record is its tail and not part of the result.</summary>
    /// <param name="data">The whole file.</param>
    /// <param name="from">Where the first record is expected.</param>
    public static SpoolScan Of(ReadOnlySpan<byte> data, int from)
    {
        var damaged = new List<Part>();
        long readings = 0, first = 0, last = 0;
        var end = from;
        while (end < data.Length)
        {
            if (!SpoolRecord.TryRead(data[end..], out var record))
            {
                var next = SpoolRecord.Find(data[end..]);
                if (next < 0) break;
                damaged.Add(new(end, end + next));
                end += next;
                continue;
            }

            if (readings == 0) first = record.Arrived;
            last = record.Arrived;
            readings += record.Readings;
            end += record.Size;
        }

        return new(new(end, readings, first, last), damaged);
    }
}
