using System.IO.Enumeration;

namespace Plantroom.Ingest.Transfer;

/// <summary>What is to be exported.</summary>
/// <param name="Points">
/// Patterns of point names separated by commas, with <c>*</c> for any characters and <c>?</c> for one; <c>*</c> for all.
/// </param>
/// <param name="Range">From and to.</param>
/// <param name="Format">In which form.</param>
public sealed record ExportRequest(string Points, TimeRange Range, TransferFormat Format)
{
    /// <summary>Whether a point is wanted.</summary>
    internal bool IsWanted(string name) => Points.Split(',').Any(p => FileSystemName.MatchesSimpleExpression(p, name, ignoreCase: false));
}
