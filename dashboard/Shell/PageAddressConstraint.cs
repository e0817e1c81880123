using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Plantroom.Dashboard.Shell;

/// <summary>
/// Whether an address that nothing else answers looks like one a person typed: then it gets the page that says so. Programs that ask for
/// something under <c>api</c> and the like get the plain 404.
/// </summary>
internal sealed class PageAddressConstraint : IRouteConstraint
{
    /// <summary>The name in route templates.</summary>
    public const string Name = "pageAddress";

    private static readonly string[] Programs = ["api", "hubs", "health", "openapi", "assets", "metrics"];

    public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection)
    {
        var first = values[routeKey]?.ToString()?.Split('/')[0] ?? "";
        return !first.StartsWith('_') && !Programs.Contains(first, StringComparer.OrdinalIgnoreCase);
    }
}
