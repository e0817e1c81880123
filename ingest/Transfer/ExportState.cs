namespace Plantroom.Ingest.Transfer;

/// <summary>Where an export goes on after it was ended before its end.</summary>
/// <param name="Asked">What was asked for, in the words of the caller: only the same export goes on.</param>
/// <param name="From">The first moment of the range, UTC.</param>
/// <param name="To">The end of the range, UTC: what is told from now keeps its meaning.</param>
/// <param name="Bytes">How much of the file is good.</param>
/// <param name="Readings">How many readings that is.</param>
/// <param name="Point">The point that was being written; null at the beginning.</param>
/// <param name="Next">From when on its readings are still to be written, UTC.</param>
internal sealed record ExportState(string Asked, DateTime From, DateTime To, long Bytes, long Readings, string? Point, DateTime Next);
