namespace Plantroom.Ingest.Http;

/// <summary>A valid question for history.</summary>
/// <param name="Point">The name of the point; it may be unknown.</param>
/// <param name="Range">From and to.</param>
/// <param name="Every">The length of the windows; null for readings.</param>
/// <param name="Functions">What is asked of each window.</param>
internal sealed record HistoryQuery(string Point, TimeRange Range, WindowLength? Every, WindowFunctions Functions)
{
    /// <summary>Reads the parameters of a query; all that is wrong with them is told at once.</summary>
    public static HistoryQuery? Read(
        string? point, string? from, string? to, string? every, string? fn, out Dictionary<string, string[]> problems)
    {
        problems = [];
        if (!PointId.IsValidName(point)) problems["point"] = ["must be a point name, site/equipment/point"];
        var hasFrom = QueryTime.TryParse(from, out var start);
        if (!hasFrom) problems["from"] = [QueryTime.Expectation];
        if (!QueryTime.TryParse(to, out var end)) problems["to"] = [QueryTime.Expectation];
        else if (hasFrom && end <= start) problems["to"] = ["must be later than from"];

        WindowLength? length = null;
        if (!string.IsNullOrEmpty(every))
        {
            if (WindowLength.TryParse(every, out var parsed)) length = parsed;
            else problems["every"] = [WindowLength.Expectation];
        }

        var functions = WindowFunctions.All;
        if (!string.IsNullOrEmpty(fn))
        {
            if (string.IsNullOrEmpty(every)) problems["fn"] = ["only goes with every"];
            else if (!TryReadFunctions(fn, out functions)) problems["fn"] = ["must be of mean, min, max, separated by commas"];
        }

        return problems.Count == 0 ? new(point!, new(start, end), length, functions) : null;
    }

    private static bool TryReadFunctions(string text, out WindowFunctions functions)
    {
        functions = default;
        foreach (var word in text.Split(','))
        {
            WindowFunctions? function = word switch
            {
                "mean" => WindowFunctions.Mean,
                "min" => WindowFunctions.Min,
                "max" => WindowFunctions.Max,
                _ => null,
            };
            if (function is null) return false;
            functions |= function.Value;
        }

        return true;
    }
}

/// <summary>What can be asked of a window, besides how many readings it has.</summary>
[Flags]
internal enum WindowFunctions
{
    None = 0,
    Mean = 1,
    Min = 2,
    Max = 4,
    All = Mean | Min | Max,
}
