using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Plantroom.Alerts.Alarms;
using Plantroom.Alerts.Rules;

namespace Plantroom.Alerts;

/// <summary>
/// Whether alarms can be trusted to appear: the engine looks at the clock, alarms can be stored, the rule files are in force.
/// </summary>
internal sealed class AlertsHealthCheck(
    AlertsService service, AlarmDesk desk, RuleSource rules, IOptions<AlertsOptions> options) : IHealthCheck
{
    private const int MissedTicks = 10;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Check());

    private HealthCheckResult Check()
    {
        if (service.SinceLastTick > options.Value.Tick * MissedTicks)
            return HealthCheckResult.Unhealthy($"The rules have not been evaluated for {service.SinceLastTick.TotalSeconds:F0} s.");
        if (desk.FailedCommits > 0)
            return HealthCheckResult.Unhealthy($"Alarms cannot be stored; {desk.FailedCommits} attempts have failed.");
        return rules.Current.Problems.Count > 0
            ? HealthCheckResult.Degraded("The rule files have problems; the rules loaded before are in force.")
            : HealthCheckResult.Healthy();
    }
}
