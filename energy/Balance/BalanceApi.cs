using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Plantroom.Energy.Meters;

namespace Plantroom.Energy.Balance;

/// <summary><c>/api/v1/energy/balance</c>: meters against their sub-meters. Described in docs/formats/http-energy.md.</summary>
internal static class BalanceApi
{
    /// <summary>Enough for a share of anything.</summary>
    private const int PercentDecimals = 2;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/energy/balance", GetAsync)
            .WithTags("Energy")
            .WithSummary("The meters of a site against their sub-meters, with the unmetered rest")
            .Produces<BalanceAnswer>()
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .AddEndpointFilter<StoreAwayFilter>()
            .WithDescription("from and to: RFC 3339 or milliseconds since 1970.");

    private static async Task<Results<JsonHttpResult<BalanceAnswer>, ValidationProblem, ProblemHttpResult>> GetAsync(
        MeterRegister register,
        MeterReader reader,
        CancellationToken cancellationToken,
        string? site = null,
        string? from = null,
        string? to = null)
    {
        var problems = new Dictionary<string, string[]>();
        if (!EquipmentId.IsValidSegment(site)) problems["site"] = ["must be the id of a site"];
        var range = EnergyQuery.Range(from, to, problems);
        if (problems.Count > 0) return TypedResults.ValidationProblem(problems);
        if (register.OfSite(site!) is not { } meters)
            return TypedResults.Problem(
                statusCode: StatusCodes.Status404NotFound, title: "Unknown site", detail: $"There is no site '{site}'.");

        var below = meters.Where(static m => m.Above is not null).ToLookup(static m => m.Above!.Value);
        var counted = new Dictionary<EquipmentId, double?>();
        foreach (var meter in meters.Where(m => m.Above is not null || below.Contains(m.Id)))
            counted[meter.Id] = await reader.KilowattHoursAsync(meter, range, cancellationToken);

        var balances = meters.Where(m => below.Contains(m.Id)).Select(m => Balance(m, below[m.Id], counted));
        return TypedResults.Json(new BalanceAnswer(site!, range.From, range.To, [.. balances]), EnergyJson.Answers.BalanceAnswer);
    }

    private static MeterBalance Balance(Meter meter, IEnumerable<Meter> below, Dictionary<EquipmentId, double?> counted)
    {
        double? sum = 0;
        var subMeters = new List<SubMeter>();
        foreach (var sub in below)
        {
            sum += counted[sub.Id];
            subMeters.Add(new(sub.Id, sub.Name, MeterReader.Round(counted[sub.Id])));
        }

        var whole = counted[meter.Id];
        var rest = whole - sum;
        double? percent = rest is { } some && whole is > 0 and { } all ? Math.Round(100 * some / all, PercentDecimals) : null;
        return new(
            meter.Id, meter.Name, MeterReader.Round(whole), subMeters, MeterReader.Round(sum), MeterReader.Round(rest), percent);
    }
}
