namespace Plantroom.Ingest.Transfer;

/// <summary>What an import is to take.</summary>
/// <param name="Format">In which form the readings come.</param>
/// <param name="KeepUnknown">Whether points are taken that the site model does not have.</param>
public sealed record ImportRequest(TransferFormat Format, bool KeepUnknown);

/// <summary>What an import has done, and where it goes on after it was ended before its end.</summary>
/// <param name="Source">Which file, as it was: a changed one is read from the beginning.</param>
/// <param name="Bytes">How much of it is done with.</param>
/// <param name="Lines">How many lines that is.</param>
/// <param name="Taken">How many readings were taken.</param>
/// <param name="Refused">How many rows were not, by reason.</param>
public sealed record ImportState(string Source, long Bytes, long Lines, long Taken, IReadOnlyDictionary<ImportReason, long> Refused)
{
    /// <summary>At the beginning of a file.</summary>
    public static ImportState Of(string source) => new(source, 0, 0, 0, new Dictionary<ImportReason, long>());
}
