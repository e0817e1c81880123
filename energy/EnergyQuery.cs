namespace Plantroom.Energy;

/// <summary>What the questions have in common.</summary>
internal static class EnergyQuery
{
    /// <summary>Reads <c>from</c> and <c>to</c>; what is wrong with them is added to the problems.</summary>
    public static TimeRange Range(string? from, string? to, Dictionary<string, string[]> problems)
    {
        var hasFrom = QueryTime.TryParse(from, out var start);
        if (!hasFrom) problems["from"] = [QueryTime.Expectation];
        if (!QueryTime.TryParse(to, out var end)) problems["to"] = [QueryTime.Expectation];
        else if (hasFrom && end <= start) problems["to"] = ["must be later than from"];
        return new(start, end);
    }
}
