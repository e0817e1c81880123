using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Plantroom.Ingest.Sqlite;

namespace Plantroom.Ingest.Http;

/// <summary><c>/api/v1/history</c>: the readings of a point over time. Described in docs/formats/http-history.md.</summary>
internal static class HistoryApi
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/history", GetAsync)
            .WithTags("History")
            .WithSummary("The readings of a point, as they are or in windows of time")
            .Produces<HistoryAnswer>()
            .WithDescription("from and to: RFC 3339 or milliseconds since 1970. every: 30s, 15min, 1h, 1d. fn: of mean, min, max.");

    private static async Task<Results<JsonHttpResult<HistoryAnswer>, ValidationProblem, ProblemHttpResult>> GetAsync(
        SqliteHistory history,
        IOptions<IngestOptions> options,
        CancellationToken cancellationToken,
        string? point = null,
        string? from = null,
        string? to = null,
        string? every = null,
        string? fn = null)
    {
        if (HistoryQuery.Read(point, from, to, every, fn, out var problems) is not { } query)
            return TypedResults.ValidationProblem(problems);

        // The site model and the store have interned every name they know.
        if (!PointId.TryFind(query.Point, out var id))
            return TypedResults.Problem(
                statusCode: StatusCodes.Status404NotFound, title: "Unknown point", detail: $"There is no point '{query.Point}'.");

        var limit = options.Value.AnswerLimit;
        var answer = new HistoryAnswer(query.Point, query.Range.From, query.Range.To);
        if (query.Every is { } length)
        {
            var request = new WindowRequest([id], query.Range, length) { Limit = limit + 1 };
            var windows = (await history.WindowsAsync(request, cancellationToken))[0].Items;
            if (windows.Count > limit) return TooMuch(limit, "windows; choose a longer one");
            return Answer(answer with { Every = every, Windows = windows.Select(w => Window(w, query.Functions)) });
        }

        var readings = await history.FirstAsync(id, query.Range, limit + 1, cancellationToken);
        if (readings.Count > limit) return TooMuch(limit, "readings; ask for windows with it, for example 15min, or for a shorter range");
        return Answer(answer with { Readings = readings.Select(Reading) });
    }

    private static ValidationProblem TooMuch(int limit, string what) =>
        TypedResults.ValidationProblem(
            new Dictionary<string, string[]> { ["every"] = [$"the answer would have more than {limit} {what}"] });

    private static JsonHttpResult<HistoryAnswer> Answer(HistoryAnswer answer) =>
        TypedResults.Json(answer, IngestJson.Answers.HistoryAnswer);

    private static HistoryReading Reading(Reading reading) =>
        new(reading.Time, reading.Value, reading.Quality.Level, reading.Quality.ReasonIfAny());

    private static HistoryWindowAnswer Window(HistoryWindow window, WindowFunctions functions) => new(
        window.Start,
        window.Count,
        functions.HasFlag(WindowFunctions.Mean) ? window.Mean : null,
        functions.HasFlag(WindowFunctions.Min) ? window.Min : null,
        functions.HasFlag(WindowFunctions.Max) ? window.Max : null);
}
