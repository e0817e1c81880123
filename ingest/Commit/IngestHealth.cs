using Microsoft.Extensions.Diagnostics.HealthChecks;
using Plantroom.Ingest.Delivery;

namespace Plantroom.Ingest.Commit;

/// <summary>
/// Whether readings can be stored at the moment: the health check <c>ingest</c>. Degraded while they are kept here and a remote store does
/// not take them.
/// </summary>
internal sealed class IngestHealth(DeliveryMonitor delivery) : IHealthCheck
{
    private volatile string? failure;

    /// <summary>Why readings cannot be kept; null when they can.</summary>
    public string? NotKeeping => failure;

    /// <summary>Says that storing works. True when it did not before.</summary>
    public bool Works() => Interlocked.Exchange(ref failure, null) is not null;

    /// <summary>Says that storing fails. True when it did not before, or for another reason.</summary>
    public bool Fails(string reason) => Interlocked.Exchange(ref failure, reason) != reason;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(
            failure is { } reason
                ? HealthCheckResult.Unhealthy($"Readings cannot be stored: {reason}. Their senders wait; it is tried again.")
                : delivery.Current.NotDelivering is { } away
                    ? HealthCheckResult.Degraded($"Readings are kept in the spool; the remote store does not take them: {away}.")
                    : HealthCheckResult.Healthy("Readings are stored."));
}
