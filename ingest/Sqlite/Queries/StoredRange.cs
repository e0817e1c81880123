namespace Plantroom.Ingest.Sqlite.Queries;

/// <summary>A range in stored times.</summary>
/// <param name="From">The first.</param>
/// <param name="To">The end, not included.</param>
/// <param name="Past">The end when a reading exactly at the end is to be included.</param>
internal readonly record struct StoredRange(long From, long To, long Past)
{
    public static StoredRange Of(TimeRange range) => new(
        StoredTime.FirstAtOrAfter(range.From), StoredTime.FirstAtOrAfter(range.To), StoredTime.FirstAtOrAfter(StoredTime.Next(range.To)));
}
