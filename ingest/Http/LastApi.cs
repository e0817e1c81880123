using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Plantroom.Ingest.Http;

/// <summary><c>/api/v1/last</c>: the newest reading of each point. Described in docs/formats/http-history.md.</summary>
internal static class LastApi
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/last", GetAsync)
            .WithTags("History")
            .WithSummary("The newest reading of each point")
            .Produces<LastAnswer>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithDescription("prefix: the beginning of the names, for example hq/P-101/; empty for all points that have a reading.");

    private static async Task<Results<JsonHttpResult<LastAnswer>, ValidationProblem, ProblemHttpResult>> GetAsync(
        HttpRequest request, IHistory history, KnownPoints known, CancellationToken cancellationToken, string? prefix = null)
    {
        Dictionary<string, string[]> problems = [];
        QueryKeys.Check(request.Query, ["prefix"], [], problems);
        if (problems.Count > 0) return TypedResults.ValidationProblem(problems);
        try
        {
            var wanted = await known.WhereAsync(name => name.StartsWith(prefix ?? "", StringComparison.Ordinal), cancellationToken);
            var readings = (await history.LastAsync(wanted, cancellationToken))
                .Select(static reading => Answer(reading.Point.ToString(), reading))
                .OrderBy(static answer => answer.Point, StringComparer.Ordinal);
            return TypedResults.Json(new LastAnswer(readings), IngestJson.Answers.LastAnswer);
        }
        catch (Exception e) when (StoreAway.Is(e, cancellationToken))
        {
            return HistoryProblems.Away();
        }
    }

    private static LastReading Answer(string name, Reading reading) =>
        new(name, reading.Time, reading.Value, reading.Quality.Level, reading.Quality.ReasonIfAny());
}
