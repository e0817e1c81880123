using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Plantroom.Energy.Meters;

namespace Plantroom.Energy.Consumption;

/// <summary><c>/api/v1/energy/consumption</c>: what a meter counted, window by window. Described in docs/formats/http-energy.md.</summary>
internal static class ConsumptionApi
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/energy/consumption", GetAsync)
            .WithTags("Energy")
            .WithSummary("What a meter counted, in hours or days")
            .Produces<ConsumptionAnswer>()
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .AddEndpointFilter<StoreAwayFilter>()
            .WithDescription("from and to: RFC 3339 or milliseconds since 1970. every: 15min, 1h, or 1d for the days of the site.");

    private static async Task<Results<JsonHttpResult<ConsumptionAnswer>, ValidationProblem, ProblemHttpResult>> GetAsync(
        MeterRegister register,
        MeterReader reader,
        IOptions<EnergyOptions> options,
        CancellationToken cancellationToken,
        string? meter = null,
        string? from = null,
        string? to = null,
        string? every = null)
    {
        var problems = new Dictionary<string, string[]>();
        if (!EquipmentId.TryParse(meter, out var id)) problems["meter"] = ["must be the name of a meter, site/equipment"];
        var range = EnergyQuery.Range(from, to, problems);
        if (!EnergyWindows.TryParse(every, out var length)) problems["every"] = [EnergyWindows.Expectation];
        if (problems.Count > 0) return TypedResults.ValidationProblem(problems);
        if (!register.TryFind(id, out var found, out var site)) return Unknown($"There is no meter '{id}'.");
        if (found.Counter is null) return Unknown($"The meter '{id}' has no point '{options.Value.EnergyPoint}' that counts energy.");

        var most = options.Value.MaxWindows;
        var windows = EnergyWindows.Cut(range, length, site.TimeZone).Take(most + 1).ToList();
        if (windows.Count > most) return TooMuch(most);

        var counted = new List<ConsumptionWindow>(windows.Count);
        double? total = null;
        foreach (var window in windows)
        {
            var kilowattHours = await reader.KilowattHoursAsync(found, window, cancellationToken);
            if (kilowattHours is { } some) total = (total ?? 0) + some;
            counted.Add(new(window.From, window.To, MeterReader.Round(kilowattHours)));
        }

        var answer = new ConsumptionAnswer(
            id, found.Name, range.From, range.To, every!, site.TimeZone.Id, MeterReader.Round(total), counted);
        return TypedResults.Json(answer, EnergyJson.Answers.ConsumptionAnswer);
    }

    private static ProblemHttpResult Unknown(string detail) =>
        TypedResults.Problem(statusCode: StatusCodes.Status404NotFound, title: "Unknown meter", detail: detail);

    private static ValidationProblem TooMuch(int most) =>
        TypedResults.ValidationProblem(
            new Dictionary<string, string[]>
            {
                ["every"] = [$"the answer would have more than {most} windows; choose longer ones or a shorter range"],
            });
}
