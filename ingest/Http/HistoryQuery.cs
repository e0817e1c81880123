using System.Globalization;

namespace Plantroom.Ingest.Http;

/// <summary>A valid question for history.</summary>
/// <param name="Names">The names of the points; they may be unknown.</param>
/// <param name="Several">Whether the answer is a series of each point; otherwise there is one name.</param>
/// <param name="Range">From and to.</param>
internal sealed record HistoryQuery(IReadOnlyList<string> Names, bool Several, TimeRange Range)
{
    /// <summary>The word that stands for the time zone of each point's site.</summary>
    public const string SiteZone = "site";

    /// <summary>The length of the windows; null for readings or samples.</summary>
    public WindowLength? Every { get; init; }

    /// <summary>What is asked of each window.</summary>
    public IReadOnlyList<WindowFunction> Functions { get; init; } = WindowFunction.Usual;

    /// <summary>The state that a duration is about.</summary>
    public double State { get; init; } = 1;

    /// <summary>The time zone of the windows as it was asked for; null for UTC.</summary>
    public string? ZoneName { get; init; }

    /// <summary>The time zone of the windows; null for that of each point's site.</summary>
    public TimeZoneInfo? Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>How many samples of each point; null for readings or windows.</summary>
    public int? Samples { get; init; }

    /// <summary>The most readings or windows of each point; null for all.</summary>
    public int? Limit { get; init; }

    /// <summary>Reads the parameters of a question; all that is wrong with them is told at once.</summary>
    /// <param name="given">The parameters.</param>
    /// <param name="mostPoints">How many points it may be about.</param>
    /// <param name="mostRows">How many rows the answer may have.</param>
    /// <param name="now">What is told from now is told from it.</param>
    /// <param name="problems">Gets what is wrong, by the name of the parameter.</param>
    public static HistoryQuery? Read(
        HistoryParameters given, int mostPoints, int mostRows, DateTime now, out Dictionary<string, string[]> problems)
    {
        problems = [];
        var names = given.Point.Concat(given.Points?.Split(',', StringSplitOptions.TrimEntries) ?? []).Distinct(StringComparer.Ordinal).ToList();
        if (names.Count == 0 || !names.TrueForAll(PointId.IsValidName))
            problems[given.Points is null ? "point" : "points"] = ["must be a point name, site/equipment/point"];
        else if (names.Count > mostPoints)
            problems[given.Points is null ? "point" : "points"] = [$"must be at most {mostPoints} points"];
        if (given.Format is not (null or "" or "json" or "csv")) problems["format"] = ["must be json or csv"];
        var query = new HistoryQuery(names, given.Points is not null || names.Count > 1, ReadRange(given, now, problems))
        {
            Samples = Whole("samples", given.Samples, 2, mostRows, problems),
            Limit = Whole("limit", given.Limit, 1, mostRows, problems),
        };
        if (query.Samples is not null && !string.IsNullOrEmpty(given.Every)) problems["samples"] = ["does not go with every"];
        if (query.Samples is not null && query.Limit is not null) problems["limit"] = ["does not go with samples"];
        query = query.WithWindows(given, problems);
        return problems.Count == 0 ? query : null;
    }

    private static TimeRange ReadRange(HistoryParameters given, DateTime now, Dictionary<string, string[]> problems)
    {
        var hasFrom = QueryMoment.TryParse(given.From, now, out var from);
        if (!hasFrom) problems["from"] = [QueryMoment.Expectation];
        var to = now;
        if (!string.IsNullOrEmpty(given.To) && !QueryMoment.TryParse(given.To, now, out to)) problems["to"] = [QueryMoment.Expectation];
        else if (hasFrom && to <= from) problems["to"] = ["must be later than from"];
        return new(from, to);
    }

    private static int? Whole(string name, string? text, int least, int most, Dictionary<string, string[]> problems)
    {
        if (string.IsNullOrEmpty(text)) return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most) return number;
        problems[name] = [string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {least} to {most}")];
        return null;
    }

    private HistoryQuery WithWindows(HistoryParameters given, Dictionary<string, string[]> problems)
    {
        var query = this;
        var hasEvery = !string.IsNullOrEmpty(given.Every);
        if (hasEvery && WindowLength.TryParse(given.Every, out var every)) query = query with { Every = every };
        else if (hasEvery) problems["every"] = [WindowLength.Expectation];
        if (!string.IsNullOrEmpty(given.Fn))
        {
            var functions = WindowFunction.Read(given.Fn);
            if (!hasEvery) problems["fn"] = ["only goes with every"];
            else if (functions is null) problems["fn"] = [WindowFunction.Expectation];
            else query = query with { Functions = functions };
        }

        return query.WithState(given.State, problems).WithZone(given.Tz, hasEvery, problems);
    }

    private HistoryQuery WithState(string? text, Dictionary<string, string[]> problems)
    {
        if (string.IsNullOrEmpty(text)) return this;
        if (!Functions.Any(static f => f.Extra is WindowExtras.InState)) problems["state"] = ["only goes with fn=duration"];
        else if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var state) && double.IsFinite(state))
            return this with { State = state };
        else problems["state"] = ["must be a number"];
        return this;
    }

    private HistoryQuery WithZone(string? text, bool hasEvery, Dictionary<string, string[]> problems)
    {
        if (string.IsNullOrEmpty(text)) return this;
        TimeZoneInfo? zone = null;
        if (!hasEvery) problems["tz"] = ["only goes with every"];
        else if (text != SiteZone && !TimeZoneInfo.TryFindSystemTimeZoneById(text, out zone))
            problems["tz"] = ["must be the name of a time zone, for example Europe/Berlin, or site"];
        return this with { ZoneName = text, Zone = zone };
    }
}
