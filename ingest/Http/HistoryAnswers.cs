using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Plantroom.Ingest.Http;

/// <summary>The newest readings.</summary>
/// <param name="Readings">One of each point, by name.</param>
internal sealed record LastAnswer(IEnumerable<LastReading> Readings);

/// <summary>The newest reading of a point.</summary>
/// <param name="Point">The name of the point.</param>
/// <param name="Time">When, UTC.</param>
/// <param name="Value">The value in the point's unit.</param>
/// <param name="Quality"><c>good</c>, <c>uncertain</c> or <c>bad</c>.</param>
/// <param name="Reason">Why it is not good; left out when it is.</param>
internal readonly record struct LastReading(
    string Point, DateTime Time, double Value, QualityLevel Quality, QualityReason? Reason = null);

/// <summary>The history of a point: <paramref name="Readings"/> or <paramref name="Windows"/>, never both.</summary>
/// <param name="Point">The name of the point.</param>
/// <param name="From">The first moment, included, UTC.</param>
/// <param name="To">The end, not included, UTC.</param>
/// <param name="Every">The length of the windows as it was asked for; left out for readings.</param>
/// <param name="Readings">The readings, oldest first; left out for windows.</param>
/// <param name="Windows">The windows that have readings, oldest first; left out for readings.</param>
internal sealed record HistoryAnswer(
    string Point,
    DateTime From,
    DateTime To,
    string? Every = null,
    IEnumerable<HistoryReading>? Readings = null,
    IEnumerable<HistoryWindowAnswer>? Windows = null);

/// <summary>A reading of the point that was asked for.</summary>
/// <param name="Time">When, UTC.</param>
/// <param name="Value">The value in the point's unit.</param>
/// <param name="Quality"><c>good</c>, <c>uncertain</c> or <c>bad</c>.</param>
/// <param name="Reason">Why it is not good; left out when it is.</param>
internal readonly record struct HistoryReading(DateTime Time, double Value, QualityLevel Quality, QualityReason? Reason = null);

/// <summary>A window; the functions that were not asked for are left out.</summary>
/// <param name="Start">Its first moment, UTC.</param>
/// <param name="Count">How many readings it has; bad ones do not count.</param>
/// <param name="Mean">Arithmetic mean.</param>
/// <param name="Min">Smallest value.</param>
/// <param name="Max">Largest value.</param>
internal readonly record struct HistoryWindowAnswer(
    DateTime Start, long Count, double? Mean = null, double? Min = null, double? Max = null);

/// <summary>The reason of a quality in answers.</summary>
internal static class QualityAnswer
{
    /// <summary>Null, and so left out, when there is nothing to say.</summary>
    public static QualityReason? ReasonIfAny(this Quality quality) =>
        quality.Reason is QualityReason.None ? null : quality.Reason;
}

/// <summary>
/// Serializes the answers; sequences are written out as they are walked through. The documented form is a promise, so it is set here
/// and not taken from what the host does with other answers.
/// </summary>
[JsonSerializable(typeof(LastAnswer))]
[JsonSerializable(typeof(HistoryAnswer))]
internal sealed partial class IngestJson : JsonSerializerContext
{
    /// <summary>camelCase, without members that are null; names in any script stay readable.</summary>
    public static IngestJson Answers { get; } = new(new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
