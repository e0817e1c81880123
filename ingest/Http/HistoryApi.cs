using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Plantroom.Ingest.Http;

/// <summary><c>/api/v1/history</c>: the readings of points over time. Described in docs/formats/http-history.md.</summary>
internal static class HistoryApi
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/history", GetAsync)
            .WithTags("History")
            .WithSummary("The readings of points, as they are, in windows of time, or as few samples for a chart")
            .WithDescription("One point is answered at the top; several, or any in points, as series. With every the answer has windows, "
                + "with samples it has samples, otherwise readings.")
            .Produces<HistoryAnswer>(StatusCodes.Status200OK, "application/json", "text/csv")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> GetAsync(
        HttpRequest request,
        [AsParameters] HistoryParameters parameters,
        IHistory history,
        IFacilitySource facility,
        IOptions<IngestOptions> options,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var isCsv = AnswerFormat.IsCsv(request, parameters.Format);
        var limits = options.Value;
        var most = isCsv ? limits.StreamLimit : limits.AnswerLimit;
        var now = clock.GetUtcNow().UtcDateTime;
        var query = HistoryQuery.Read(parameters, limits.AnswerPoints, most, now, out var problems);
        QueryKeys.Check(request.Query, HistoryParameters.Names, HistoryParameters.Repeated, problems);
        if (query is null || problems.Count > 0) return TypedResults.ValidationProblem(problems);

        // The site model and the store have interned every name they know.
        var unknown = query.Names.Where(static name => !PointId.TryFind(name, out _)).ToList();
        if (unknown.Count > 0) return HistoryProblems.Unknown(unknown);
        var answer = new HistoryAnswering(history, facility, query, isCsv, most);
        return query switch
        {
            { Every: { } every } => answer.Windows(every),
            { Samples: { } samples } => answer.Samples(samples),
            _ => await answer.ReadingsAsync(cancellationToken),
        };
    }
}
