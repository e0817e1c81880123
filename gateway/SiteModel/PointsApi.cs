using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Plantroom.Gateway;

/// <summary>The points of the site model.</summary>
internal static class PointsApi
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGroup("/api/v1/points").WithTags("Facility")
        .MapGet("/", List).WithSummary("The points, all or those of one piece of equipment or with one beginning of the id");

    private static Results<Ok<PointInfo[]>, ValidationProblem> List(IFacilitySource source, string? prefix = null, string? equipment = null)
    {
        EquipmentId wanted = default;
        if (equipment is not null && !EquipmentId.TryParse(equipment, out wanted))
            return TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["equipment"] = ["Expected site/equipment."] });

        var matching = equipment is null
            ? source.Current.Equipment
            : source.Current.Find(wanted) is { } one ? [one] : [];
        return TypedResults.Ok(matching
            .SelectMany(static e => e.Points, static (e, p) => (Equipment: e, Point: p, Id: p.Id.ToString()))
            .Where(p => prefix is null || p.Id.StartsWith(prefix, StringComparison.Ordinal))
            .Select(static p => Info(p.Id, p.Equipment, p.Point))
            .ToArray());
    }

    private static PointInfo Info(string id, Equipment equipment, PointDefinition point) => new(
        id,
        point.Name,
        PointReader.NameOf(point.Kind),
        point.Unit,
        point.Min,
        point.Max,
        point.ExpectedInterval?.TotalSeconds,
        point.Decimals,
        point.Labels.ToDictionary(static l => l.Key.ToString(CultureInfo.InvariantCulture), static l => l.Value),
        equipment.Id.ToString(),
        equipment.Name,
        equipment.Id.Site);
}
