namespace Plantroom.Ingest.Sqlite.Queries;

/// <summary>
/// All readings of a point in the order of time, from chunks and rows. A row wins over the reading of the same time in a chunk.
/// </summary>
internal sealed class ReadingMerge(ChunkCursor chunks, RowCursor rows)
{
    /// <summary>Stands before the readings of a range afterwards.</summary>
    public void Start(long point, long from, long to)
    {
        chunks.Start(point, from, to);
        rows.Start(point, from, to);
    }

    /// <summary>The next readings from a time to before another one, as many as follow each other in one place; false when there is none.</summary>
    /// <remarks>Ask for <see cref="ReadingRun.Next"/> afterwards: times only ever rise.</remarks>
    public bool Next(long from, long to, out ReadingRun run)
    {
        rows.SkipTo(from);
        var row = rows.Time;
        if (from < to && chunks.Find(from, Math.Min(to, row)))
        {
            run = chunks.Take(Math.Min(to, row));
            return true;
        }

        run = row < to ? rows.Row() : default;
        return row < to;
    }
}
