using Microsoft.AspNetCore.Http;

namespace Plantroom.Ingest.Http;

/// <summary>Parameters that nobody reads: a misspelt one would be answered with something else than what was asked.</summary>
internal static class QueryKeys
{
    /// <summary>Names what is not known, and what is there more than once and may not be.</summary>
    /// <param name="query">What was asked.</param>
    /// <param name="known">The parameters that there are.</param>
    /// <param name="repeated">Those of them that may be there several times.</param>
    /// <param name="problems">Gets what is wrong, by the name of the parameter.</param>
    public static void Check(IQueryCollection query, IReadOnlyList<string> known, IReadOnlyList<string> repeated, Dictionary<string, string[]> problems)
    {
        foreach (var (key, values) in query)
        {
            if (!known.Contains(key, StringComparer.OrdinalIgnoreCase)) problems[key] = [$"is not known; there are {string.Join(", ", known)}"];
            else if (values.Count > 1 && !repeated.Contains(key, StringComparer.OrdinalIgnoreCase)) problems[key] = ["is given more than once"];
        }
    }
}
