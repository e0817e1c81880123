using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Plantroom.Gateway;

/// <summary>Degraded while the file on disk is not the model in force, because it has problems.</summary>
internal sealed class SiteModelHealth(SiteModel model) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var problems = model.Status.Problems.Count;
        return Task.FromResult(problems == 0
            ? HealthCheckResult.Healthy($"{model.Status.Points} points")
            : HealthCheckResult.Degraded($"{model.Status.File} has {problems} problems; the model in force is older"));
    }
}
