using System.ComponentModel;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;

namespace Plantroom.Ingest.Http;

/// <summary>The parameters of <c>/api/v1/history</c> as they came; see docs/formats/http-history.md.</summary>
internal sealed class HistoryParameters
{
    /// <summary>Those that may be given several times.</summary>
    public static readonly string[] Repeated = ["point", "points"];

    /// <summary>All of them.</summary>
    public static readonly string[] Names =
        [.. typeof(HistoryParameters).GetProperties().Select(static p => JsonNamingPolicy.CamelCase.ConvertName(p.Name))];

    [FromQuery(Name = "point")]
    [Description("The name of a point, site/equipment/point; may be given several times.")]
    public string[] Point { get; init; } = [];

    [FromQuery(Name = "points")]
    [Description("Names of points, separated by commas; the answer is a series of each, also for one.")]
    public string? Points { get; init; }

    [FromQuery(Name = "from")]
    [Description("The first moment, included: RFC 3339, milliseconds since 1970 UTC, now, or as long ago as -24h.")]
    public string? From { get; init; }

    [FromQuery(Name = "to")]
    [Description("The end, not included: like from, and later. Default now.")]
    public string? To { get; init; }

    [FromQuery(Name = "every")]
    [Description("The length of windows: a whole number and ms, s, min, h, d, w, mo or y; left out for the readings themselves.")]
    public string? Every { get; init; }

    [FromQuery(Name = "fn")]
    [Description("What is wanted of each window: of mean, min, max, sum, count, first, last, twa, increase, duration. Default mean,min,max.")]
    public string? Fn { get; init; }

    [FromQuery(Name = "state")]
    [Description("The value that duration is about. Default 1.")]
    public string? State { get; init; }

    [FromQuery(Name = "tz")]
    [Description("Whose clock and calendar windows follow: an IANA name, or site for the time zone of the point's site. Default UTC.")]
    public string? Tz { get; init; }

    [FromQuery(Name = "samples")]
    [Description("As few samples for a chart, extremes included; instead of every.")]
    public string? Samples { get; init; }

    [FromQuery(Name = "limit")]
    [Description("The most readings or windows of each point: the first ones.")]
    public string? Limit { get; init; }

    [FromQuery(Name = "format")]
    [Description("json or csv; otherwise what Accept prefers.")]
    public string? Format { get; init; }
}
