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

/// <summary>
/// The history of a point, or of several in <paramref name="Series"/>. Answers are written as they are read, see <see cref="HistoryStream{T}"/>;
/// this describes them.
/// </summary>
/// <param name="From">The first moment, included, UTC.</param>
/// <param name="To">The end, not included, UTC.</param>
/// <param name="Every">The length of the windows; left out for readings and samples.</param>
/// <param name="Tz">The time zone of the windows as it was asked for; left out for UTC.</param>
/// <param name="Point">The name of the one point.</param>
/// <param name="Readings">Its readings, oldest first.</param>
/// <param name="Windows">Its windows, oldest first.</param>
/// <param name="Samples">Its samples, oldest first.</param>
/// <param name="Series">One of each point, in the order of the question.</param>
internal sealed record HistoryAnswer(
    DateTime From,
    DateTime To,
    string? Every = null,
    string? Tz = null,
    string? Point = null,
    IReadOnlyList<HistoryReading>? Readings = null,
    IReadOnlyList<HistoryWindowAnswer>? Windows = null,
    IReadOnlyList<HistorySample>? Samples = null,
    IReadOnlyList<HistorySeries>? Series = null);

/// <summary>The history of one of several points: readings, windows or samples.</summary>
/// <param name="Point">The name of the point.</param>
/// <param name="Readings">Its readings, oldest first.</param>
/// <param name="Windows">Its windows, oldest first.</param>
/// <param name="Samples">Its samples, oldest first.</param>
internal sealed record HistorySeries(
    string Point,
    IReadOnlyList<HistoryReading>? Readings = null,
    IReadOnlyList<HistoryWindowAnswer>? Windows = null,
    IReadOnlyList<HistorySample>? Samples = null);

/// <summary>A reading of the point that was asked for.</summary>
/// <param name="Time">When, UTC.</param>
/// <param name="Value">The value in the point's unit.</param>
/// <param name="Quality"><c>good</c>, <c>uncertain</c> or <c>bad</c>.</param>
/// <param name="Reason">Why it is not good; left out when it is.</param>
internal readonly record struct HistoryReading(DateTime Time, double Value, QualityLevel Quality, QualityReason? Reason = null);

/// <summary>A sample for a chart.</summary>
/// <param name="Time">When, UTC.</param>
/// <param name="Value">The value in the point's unit.</param>
internal readonly record struct HistorySample(DateTime Time, double Value);

/// <summary>A window; what was not asked for or is not known is left out.</summary>
/// <param name="Start">Its first moment, UTC.</param>
/// <param name="Count">How many readings it has; bad ones do not count.</param>
/// <param name="Mean">Arithmetic mean.</param>
/// <param name="Min">Smallest value.</param>
/// <param name="Max">Largest value.</param>
/// <param name="Sum">Sum of the values.</param>
/// <param name="First">The earliest value.</param>
/// <param name="Last">The latest value.</param>
/// <param name="Twa">The mean of the values, each weighed with how long it held.</param>
/// <param name="Increase">How far a counter rose.</param>
/// <param name="Duration">How many seconds the value was the asked state.</param>
internal readonly record struct HistoryWindowAnswer(
    DateTime Start,
    long Count,
    double? Mean = null,
    double? Min = null,
    double? Max = null,
    double? Sum = null,
    double? First = null,
    double? Last = null,
    double? Twa = null,
    double? Increase = null,
    double? Duration = null);

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
