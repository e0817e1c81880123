using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Plantroom.Host.Health;

/// <summary>Whether the process lives, and whether it does its work.</summary>
internal static class HealthApi
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapHealthChecks("/health/live", new() { Predicate = static _ => false, ResponseWriter = WriteAsync });
        routes.MapHealthChecks("/health/ready", new() { Predicate = static c => c.Tags.Contains("ready"), ResponseWriter = WriteAsync });
    }

    /// <summary>The state of the whole and of each part with what it says; no exception texts.</summary>
    private static Task WriteAsync(HttpContext context, HealthReport report) =>
        context.Response.WriteAsJsonAsync(new
        {
            status = report.Status.ToString(),
            checks = report.Entries.ToDictionary(static e => e.Key, static e => new { status = e.Value.Status.ToString(), e.Value.Description }),
        });
}
