using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Plantroom.Dashboard.Shell;

/// <summary>
/// Refuses requests that a page of another origin made a browser send. Browsers let any page open a WebSocket to any server, so without
/// this a page somewhere on the internet could acknowledge alarms through the browser of somebody who can reach this service.
/// </summary>
internal static class SameOrigin
{
    /// <summary>Adds the check to endpoints.</summary>
    public static TBuilder RequireSameOrigin<TBuilder>(this TBuilder endpoints, IReadOnlyCollection<string> alsoAllowed)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoints.Add(endpoint =>
        {
            var next = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = http =>
            {
                if (IsAllowed(http.Request, alsoAllowed)) return next(http);
                http.Response.StatusCode = StatusCodes.Status403Forbidden;
                return Task.CompletedTask;
            };
        });
        return endpoints;
    }

    internal static bool IsAllowed(HttpRequest request, IReadOnlyCollection<string> alsoAllowed)
    {
        if (request.Headers.Origin is not [{ } origin]) return request.Headers.Origin.Count == 0;
        return (Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Authority == HostOf(request))
            || alsoAllowed.Contains(origin, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The request's host as a browser writes it in an origin: without the scheme's own port.</summary>
    private static string HostOf(HttpRequest request) =>
        Uri.TryCreate($"{request.Scheme}://{request.Host.Value}", UriKind.Absolute, out var uri) ? uri.Authority : "";
}
