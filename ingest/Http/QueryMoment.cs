namespace Plantroom.Ingest.Http;

/// <summary>Moments of questions: those of <see cref="QueryTime"/>, and some told from now.</summary>
internal static class QueryMoment
{
    public const string Expectation = QueryTime.Expectation + ", or now, or as long ago as -24h";

    /// <summary>Reads a moment; the result is UTC and in whole milliseconds when it is told from now.</summary>
    public static bool TryParse(string? text, DateTime now, out DateTime utc)
    {
        utc = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
        if (text == "now") return true;
        if (text is not ['-', .. var ago]) return QueryTime.TryParse(text, out utc);
        if (!WindowLength.TryParse(ago, out var length)) return false;
        utc = length.Unit switch
        {
            WindowUnit.Month => utc.AddMonths(-length.Count),
            WindowUnit.Year => utc.AddYears(-length.Count),
            _ => utc - length.Usual,
        };
        return true;
    }
}
