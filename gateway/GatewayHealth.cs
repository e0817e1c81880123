using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Plantroom.Gateway;

/// <summary>Unhealthy when no device can be heard, degraded while senders are held back because readings are not taken further on.</summary>
internal sealed class GatewayHealth(DeviceDoor door, ReadingCollector collector, IOptions<GatewayOptions> options)
    : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var blocked = collector.BlockedFor;
        var result = !door.IsOpen
            ? HealthCheckResult.Unhealthy("devices are not listened to")
            : blocked >= options.Value.BlockedAfter
                ? HealthCheckResult.Degraded(
                    $"readings were not taken for {blocked.TotalSeconds:F0} s; {collector.Pending} are waiting and senders are held back")
                : HealthCheckResult.Healthy();
        return Task.FromResult(result);
    }
}
