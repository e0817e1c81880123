namespace Plantroom.Ingest.Sqlite.Packing;

/// <summary>One part of a roll-up: the good readings from <paramref name="Start"/> to before <paramref name="End"/>.</summary>
/// <param name="Start">Stored time.</param>
/// <param name="End">Stored time.</param>
/// <param name="Summary">Of at least one reading.</param>
internal readonly record struct RollupWindow(long Start, long End, Summary Summary);
