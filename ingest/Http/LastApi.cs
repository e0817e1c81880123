using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Plantroom.Ingest.Sqlite;

namespace Plantroom.Ingest.Http;

/// <summary><c>/api/v1/last</c>: the newest reading of each point. Described in docs/formats/http-history.md.</summary>
internal static class LastApi
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/last", GetAsync)
            .WithTags("History")
            .WithSummary("The newest reading of each point")
            .Produces<LastAnswer>()
            .WithDescription("prefix: the beginning of the names, for example hq/P-101/; empty for all points that have a reading.");

    private static async Task<JsonHttpResult<LastAnswer>> GetAsync(
        SqliteHistory history, CancellationToken cancellationToken, string? prefix = null)
    {
        var all = await history.LastOfAllAsync(cancellationToken);
        var readings = all
            .Select(static reading => (Name: reading.Point.ToString(), Reading: reading))
            .Where(named => named.Name.StartsWith(prefix ?? "", StringComparison.Ordinal))
            .OrderBy(static named => named.Name, StringComparer.Ordinal)
            .Select(static named => Answer(named.Name, named.Reading));
        return TypedResults.Json(new LastAnswer(readings), IngestJson.Answers.LastAnswer);
    }

    private static LastReading Answer(string name, Reading reading) =>
        new(name, reading.Time, reading.Value, reading.Quality.Level, reading.Quality.ReasonIfAny());
}
