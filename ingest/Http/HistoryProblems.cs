using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Plantroom.Ingest.Http;

/// <summary>Why a question for history is not answered.</summary>
internal static class HistoryProblems
{
    public static ProblemHttpResult Unknown(IReadOnlyCollection<string> names) => TypedResults.Problem(
        statusCode: StatusCodes.Status404NotFound,
        title: "Unknown point",
        detail: $"There is no point {string.Join(", ", names.Select(static n => $"'{n}'"))}.");

    public static ProblemHttpResult Away() => TypedResults.Problem(
        statusCode: StatusCodes.Status503ServiceUnavailable,
        title: "The store of readings cannot be asked",
        detail: "It cannot be reached or read at the moment; ask again later.");

    /// <summary>The answer would be too large.</summary>
    /// <param name="key">The parameter that is the remedy.</param>
    /// <param name="rows">How many rows it could have; null when it has more than counted.</param>
    /// <param name="limit">How many it may have.</param>
    /// <param name="remedy">What to do instead.</param>
    public static ValidationProblem TooMuch(string key, long? rows, int limit, string remedy)
    {
        var message = rows is null
            ? string.Create(CultureInfo.InvariantCulture, $"the answer would have more than {limit} readings; {remedy}")
            : string.Create(CultureInfo.InvariantCulture, $"the answer could have {rows} rows and may have {limit}; {remedy}");
        return TypedResults.ValidationProblem(new Dictionary<string, string[]> { [key] = [message] });
    }
}
