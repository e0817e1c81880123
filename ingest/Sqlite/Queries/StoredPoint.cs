namespace Plantroom.Ingest.Sqlite.Queries;

/// <summary>What is stored of a point and since when, in stored times; <see cref="long.MaxValue"/> when there is nothing of it.</summary>
/// <param name="Number">Its number in the tables.</param>
/// <param name="ClosedTo">Up to when its readings are in chunks and summed up.</param>
/// <param name="RawFrom">Since when there are readings; before it retention has left roll-ups only.</param>
/// <param name="QuartersFrom">Since when there are roll-ups of quarter hours.</param>
/// <param name="HoursFrom">Since when there are roll-ups of hours.</param>
internal readonly record struct StoredPoint(long Number, long ClosedTo, long RawFrom, long QuartersFrom, long HoursFrom)
{
    /// <summary>Since when a level can be replaced by something that tells more.</summary>
    public long FinerFrom(int level) => level switch
    {
        0 => RawFrom,
        1 => Math.Min(RawFrom, QuartersFrom),
        _ => Math.Min(RawFrom, Math.Min(QuartersFrom, HoursFrom)),
    };
}
