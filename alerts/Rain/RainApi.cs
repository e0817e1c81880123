using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Plantroom.Alerts.Rain;

/// <summary><c>/api/v1/rain</c>.</summary>
internal static class RainApi
{
    public static void MapRain(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/rain", static (IRainWarnings warnings) => TypedResults.Ok(warnings.Current))
            .WithTags("Rain")
            .WithSummary("The rain of the last hours and the warning colour of each site");
}
