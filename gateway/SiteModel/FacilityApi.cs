using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Plantroom.Gateway;

/// <summary>The tree of the site model, and whether its file is in order.</summary>
internal static class FacilityApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/facility").WithTags("Facility");
        group.MapGet("/", Tree).WithSummary("The sites with their buildings and equipment");
        group.MapGet("/status", Status).WithSummary("When the site model was loaded and what is wrong with its file");
    }

    private static Ok<SiteInfo[]> Tree(IFacilitySource source)
    {
        var facility = source.Current;
        var equipment = facility.Equipment.ToLookup(static e => e.Id.Site);
        return TypedResults.Ok(facility.Sites.Select(s => Info(s, equipment[s.Id])).ToArray());
    }

    private static Ok<FacilityStatus> Status(SiteModel model) => TypedResults.Ok(model.Status);

    private static SiteInfo Info(Site site, IEnumerable<Equipment> equipment) => new(
        site.Id,
        site.Name,
        site.TimeZone.Id,
        [.. site.Buildings.Select(static b => new BuildingInfo(b.Id, b.Name))],
        [.. equipment.Select(Info)]);

    private static EquipmentInfo Info(Equipment equipment) => new(
        equipment.Id.ToString(),
        equipment.Name,
        equipment.Class,
        ClassReader.NameOf(equipment.System),
        equipment.Building,
        equipment.Parent?.ToString(),
        [.. equipment.Points.Select(static p => p.Id.ToString())]);
}
